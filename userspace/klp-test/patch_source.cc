#include "patch_source.h"

#include "fd.h"
#include "process.h"

#include <algorithm>
#include <cerrno>
#include <chrono>
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

template<typename T>
using Found = tl::expected<T, NoModules>;

tl::unexpected<NoModules> unfit(std::string message) {
    return tl::unexpected(NoModules{std::move(message), Outcome::failed});
}

tl::unexpected<NoModules> unable(std::string message) {
    return tl::unexpected(NoModules{std::move(message), Outcome::infrastructure});
}

Found<PatchModule> read_module(const fs::path &file) {
    std::ifstream stream(file, std::ios::binary);
    PatchModule module{file.filename().string(),
                       std::string(std::istreambuf_iterator<char>(stream), {})};
    if (!stream) {
        return unable(
            fmt::format("cannot read the module {}: {}", file.string(), std::strerror(errno)));
    }
    return module;
}

// How long make may take to end what it has started.
constexpr std::chrono::seconds stop_grace(10);

// How make ended; the error `stopped` where klp-test was told to stop.
Found<ExitStatus> run_make(const std::vector<std::string> &command, int output_fd, int stop_fd,
                           const NoModules &stopped) {
    if (is_readable(stop_fd)) {
        return tl::unexpected(stopped);
    }
    auto make = Process::spawn(command, output_fd, {});
    if (!make) {
        return unable(make.error().message);
    }
    if (!make->wait_unless(stop_fd)) {
        make->stop(stop_grace);
        return tl::unexpected(stopped);
    }
    auto status = make->wait();
    // Whoever told klp-test may have told make, too.
    if (status.failed() && is_readable(stop_fd)) {
        return tl::unexpected(stopped);
    }
    return status;
}

Found<void> make_patch(const fs::path &sources, const std::string &arch, const std::string &kernel,
                       const fs::path &top, const fs::path &log, int stop_fd) {
    auto unbuilt = fmt::format("{} was not built for {}/{}", sources.string(), arch, kernel);
    NoModules stopped{unbuilt + ": klp-test was told to stop", Outcome::infrastructure};
    std::error_code error;
    fs::create_directories(log.parent_path(), error);
    UniqueFd output(open(log.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644));
    if (!output) {
        return unable(fmt::format("cannot create {}: {}", log.string(), std::strerror(errno)));
    }
    auto make = [&](const char *target) {
        return run_make({"make", "--no-print-directory", "-C", top.string(), target,
                         "DIR=" + sources.string(), "ARCH=" + arch, "KERNEL=" + kernel},
                        output.get(), stop_fd, stopped);
    };
    // Suture itself first, and what has to be installed and fetched for it: the patch has no part
    // in what goes wrong there.
    auto suture = make("modules");
    if (!suture) {
        return tl::unexpected(suture.error());
    }
    if (suture->failed()) {
        return unable(fmt::format("{}: 'make modules', which builds Suture itself, ended with {}; "
                                  "what it said is in {}",
                                  unbuilt, suture->words(), log.string()));
    }
    auto patch = make("patch");
    if (!patch) {
        return tl::unexpected(patch.error());
    }
    if (!patch->failed()) {
        return {};
    }
    auto message = fmt::format("{} cannot be built for {}/{}: make ended with {}; what it said is "
                               "in {}",
                               sources.string(), arch, kernel, patch->words(), log.string());
    // What kills make is not what it builds.
    return patch->signal ? unable(std::move(message)) : unfit(std::move(message));
}

// As the kernel calls the module of a file or of such a name.
std::string module_name(const fs::path &file) {
    auto name = (file.extension() == ".ko" ? file.stem() : file.filename()).string();
    std::ranges::replace(name, '-', '_');
    return name;
}

// In alphabetical order.
std::vector<fs::path> modules_in(const fs::path &folder) {
    std::vector<fs::path> modules;
    std::error_code error;
    for (fs::recursive_directory_iterator entry(folder, error), end; !error && entry != end;
         entry.increment(error)) {
        if (entry->path().extension() == ".ko") {
            modules.push_back(entry->path());
        }
    }
    std::ranges::sort(modules);
    return modules;
}

const fs::path *find_module(const std::vector<fs::path> &modules, const std::string &name) {
    auto found = std::ranges::find_if(
        modules, [&](const fs::path &module) { return module_name(module) == module_name(name); });
    return found == modules.end() ? nullptr : &*found;
}

std::string names_of(const std::vector<fs::path> &modules) {
    std::vector<std::string> names;
    names.reserve(modules.size());
    for (const auto &module : modules) {
        names.push_back(module.stem().string());
    }
    return fmt::format("{}", fmt::join(names, ", "));
}

// Which of the modules that were built is the patch.
Found<fs::path> chosen_module(const std::vector<fs::path> &modules, const std::string &name,
                              const fs::path &folder) {
    if (modules.empty()) {
        return unfit(fmt::format("no module was built in {}: its Kbuild file must say which, as "
                                 "obj-m := NAME.o",
                                 folder.string()));
    }
    if (!name.empty()) {
        const auto *module = find_module(modules, name);
        return module ? Found<fs::path>(*module)
                      : unfit(fmt::format("no module '{}' was built, only {}", name,
                                          names_of(modules)));
    }
    if (modules.size() > 1) {
        return unfit(fmt::format("several modules were built: {}; say which of them is the patch, "
                                 "with --module NAME, and which it needs, with --with NAME",
                                 names_of(modules)));
    }
    return modules.front();
}

// The modules that make has built of the sources.
Found<std::vector<fs::path>> build_modules(const fs::path &path, const std::string &arch,
                                           const std::string &kernel, const fs::path &top,
                                           const fs::path &log, int stop_fd) {
    auto sources = fs::absolute(path).lexically_normal();
    if (!sources.has_filename()) {
        sources = sources.parent_path();
    }
    if (auto made = make_patch(sources, arch, kernel, top, log, stop_fd); !made) {
        return tl::unexpected(made.error());
    }
    // Where the Makefile's `patch` puts them.
    return modules_in(top / "build" / arch / kernel / "patches" / sources.filename());
}

} // namespace

Found<PatchModules> modules_for(const PatchChoice &choice, const std::string &arch,
                                const std::string &kernel, const fs::path &top, const fs::path &log,
                                int stop_fd) {
    std::vector<fs::path> built;
    auto file = choice.path;
    if (fs::is_directory(choice.path)) {
        auto modules = build_modules(choice.path, arch, kernel, top, log, stop_fd);
        if (!modules) {
            return tl::unexpected(modules.error());
        }
        built = std::move(*modules);
        auto chosen = chosen_module(built, choice.module, choice.path);
        if (!chosen) {
            return tl::unexpected(chosen.error());
        }
        file = *chosen;
    } else if (!choice.module.empty()) {
        return unfit(fmt::format("--module chooses among the modules of a folder, and {} is none",
                                 choice.path.string()));
    }
    auto patch = read_module(file);
    if (!patch) {
        return tl::unexpected(patch.error());
    }
    PatchModules modules{std::move(*patch), {}};
    for (const auto &needed : choice.with) {
        bool is_path = needed.find('/') != std::string::npos;
        const auto *of_folder = is_path ? nullptr : find_module(built, needed);
        auto module = read_module(of_folder ? *of_folder : fs::path(needed));
        if (!module) {
            return tl::unexpected(module.error());
        }
        modules.with.push_back(std::move(*module));
    }
    return modules;
}

} // namespace suture::harness
