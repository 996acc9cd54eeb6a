#include "patch_source.h"

#include "fd.h"
#include "process.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <fstream>
#include <iterator>
#include <vector>

namespace suture::harness {

namespace {

namespace fs = std::filesystem;

Result<PatchModule> read_module(const fs::path &file) {
    std::ifstream stream(file, std::ios::binary);
    PatchModule module{file.filename().string(),
                       std::string(std::istreambuf_iterator<char>(stream), {})};
    if (!stream) {
        return fail(
            fmt::format("cannot read the patch {}: {}", file.string(), std::strerror(errno)));
    }
    return module;
}

Result<void> make_patch(const fs::path &sources, const std::string &arch, const std::string &kernel,
                        const fs::path &top, const fs::path &log) {
    std::error_code error;
    fs::create_directories(log.parent_path(), error);
    UniqueFd output(open(log.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644));
    if (!output) {
        return fail(fmt::format("cannot create {}: {}", log.string(), std::strerror(errno)));
    }
    auto make = Process::spawn({"make", "--no-print-directory", "-C", top.string(), "patch",
                                "DIR=" + sources.string(), "ARCH=" + arch, "KERNEL=" + kernel},
                               output.get(), {});
    if (!make) {
        return tl::unexpected(make.error());
    }
    auto status = make->wait();
    if (status.failed()) {
        return fail(fmt::format("{} cannot be built for {}/{}: make ended with {}; what it said is "
                                "in {}",
                                sources.string(), arch, kernel, status.words(), log.string()));
    }
    return {};
}

} // namespace

Result<fs::path> only_module(const fs::path &folder) {
    std::vector<std::string> modules;
    std::error_code error;
    for (fs::recursive_directory_iterator entry(folder, error), end; !error && entry != end;
         entry.increment(error)) {
        if (entry->path().extension() == ".ko") {
            modules.push_back(entry->path().string());
        }
    }
    if (modules.size() == 1) {
        return modules.front();
    }
    std::ranges::sort(modules);
    return fail(modules.empty()
                    ? fmt::format("no module was built in {}: its Kbuild file must say which, as "
                                  "obj-m := NAME.o",
                                  folder.string())
                    : fmt::format("several modules were built: try one of them, {}",
                                  fmt::join(modules, ", ")));
}

Result<PatchModule> patch_for(const fs::path &path, const std::string &arch,
                              const std::string &kernel, const fs::path &top, const fs::path &log) {
    if (!fs::is_directory(path)) {
        return read_module(path);
    }
    auto sources = fs::absolute(path).lexically_normal();
    if (!sources.has_filename()) {
        sources = sources.parent_path();
    }
    if (auto made = make_patch(sources, arch, kernel, top, log); !made) {
        return tl::unexpected(made.error());
    }
    // Where the Makefile's `patch` puts it.
    auto module = only_module(top / "build" / arch / kernel / "patches" / sources.filename());
    return module ? read_module(*module) : tl::unexpected(module.error());
}

} // namespace suture::harness
