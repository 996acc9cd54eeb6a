#include "libklp/package/patch_package.h"

#include "libklp/package_name.h"
#include "libklp/patch_file.h"
#include "libklp/text.h"
#include "package_scripts.h" // made by CMake

#include <algorithm>
#include <cerrno>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sys/stat.h>

namespace suture {

namespace fs = std::filesystem;

namespace {

// Kbuild's own files beside it begin with a dot.
bool is_module(const fs::directory_entry &entry) {
    std::error_code absent;
    return entry.path().extension() == ".ko" && entry.path().filename().native().front() != '.' &&
           entry.is_regular_file(absent);
}

Result<fs::path> only_module(const fs::path &folder) {
    std::vector<std::string> modules;
    std::error_code problem;
    for (fs::recursive_directory_iterator entry(folder, problem), end; !problem && entry != end;
         entry.increment(problem)) {
        if (is_module(*entry))
            modules.push_back(entry->path());
    }
    if (problem)
        return fail(package_error(folder, errno_text(problem.value()),
                                  "give the folder in which the patch was built"));
    std::sort(modules.begin(), modules.end());
    if (modules.empty())
        return fail(package_error(folder, "there is no module in it, no file NAME.ko",
                                  "build the patch first, from Suture's tree: make patch DIR=..., "
                                  "which says where the module is"));
    if (modules.size() > 1)
        return fail(package_error(folder,
                                  fmt::format("a package is of one patch, and there are several "
                                              "modules in it: {}",
                                              fmt::join(modules, ", ")),
                                  "give a folder with one of them"));
    return modules.front();
}

Result<void> check_livepatch(const PatchFile &file) {
    if (file.is_livepatch)
        return {};
    return fail(package_error(file.path, "it is a module, but no live patch",
                              "its source has to say MODULE_INFO(livepatch, \"Y\")"));
}

Result<std::time_t> time_of(const fs::path &path) {
    struct stat status = {};
    if (stat(path.c_str(), &status) != 0)
        return fail(package_error(path, errno_text(errno), "check the path"));
    return std::max<std::time_t>(status.st_mtime, 0);
}

std::string filled_in(std::string text, const PatchPackage &package) {
    const std::pair<const char *, std::string> values[] = {
        {"@PACKAGE@", package_name(package.id.release)},
        {"@RELEASE@", package.id.release},
        {"@MODULE@", "/" + package.module().native()},
        {"@RUNTIME@", package.needs_suture ? "suture" : ""},
    };
    for (const auto &[mark, value] : values) {
        for (size_t at = text.find(mark); at != text.npos; at = text.find(mark, at + value.size()))
            text.replace(at, std::string_view(mark).size(), value);
    }
    return text;
}

} // namespace

Error package_error(const fs::path &subject, std::string why, std::string hint) {
    return {
        .action = "package", .subject = subject, .why = std::move(why), .hint = std::move(hint)};
}

Result<PatchPackage> read_patch_package(const fs::path &folder) {
    const Result<fs::path> module = only_module(folder);
    if (!module)
        return fail(module.error());
    Result<PatchFile> file = read_patch_file(*module);
    if (!file) {
        file.error().action = "package";
        return fail(file.error());
    }
    const Result<std::time_t> built = time_of(*module);
    const Result<PatchId> id = check_livepatch(*file).and_then([&] { return identity_of(*file); });
    if (!id || !built)
        return fail(id ? built.error() : id.error());
    return PatchPackage{.id = *id,
                        .machine = file->machine,
                        .metadata = *file->metadata,
                        .needs_suture = file->needs_suture(),
                        .built = *built,
                        .content = file->content,
                        .source = *module};
}

std::string summary_of(const PatchPackage &package) {
    return fmt::format("live patch, version {}, for the kernel {}", package.id.version,
                       package.id.release);
}

// As `klp patches` has it.
std::vector<std::string> description_of(const PatchPackage &package) {
    const Metadata &metadata = package.metadata;
    std::vector<std::string> lines{
        "For exactly this kernel. Where it runs, the patch is loaded when the",
        "package is installed; otherwise it is when that kernel starts.",
        fmt::format("patch: {}", package.id.name)};
    const auto add = [&](const char *label, const std::string &text) {
        if (!text.empty())
            lines.push_back(fmt::format("{}: {}", label, printable(text)));
    };
    add("description", metadata.description);
    add("expires", metadata.expires);
    for (const Cve &cve : metadata.cves)
        add("fixes", cve.score.empty() ? cve.name : fmt::format("{} ({})", cve.name, cve.score));
    for (const std::string &bug : metadata.bugs)
        add("bug", bug);
    if (metadata.initial)
        add("CVE", "(none - this is an initial live patch)");
    return lines;
}

std::string post_install_script(const PatchPackage &package) {
    return filled_in(post_install_template, package);
}

std::string pre_removal_script(const PatchPackage &package) {
    return filled_in(pre_removal_template, package);
}

} // namespace suture
