#include "libklp/store/kernels.h"

#include "libklp/enclosure.h"
#include "libklp/file.h"
#include "libklp/store/boot_initramfs.h"
#include "libklp/store/boot_switch.h"
#include "libklp/store/boot_unit.h"
#include "libklp/store/store.h"
#include "libklp/store/version.h"
#include "libklp/sysfs.h"

#include <algorithm>
#include <fmt/format.h>

namespace suture {

namespace fs = std::filesystem;

namespace {

// What packages and people leave beside the images.
bool is_leftover(std::string_view name) {
    constexpr std::string_view endings[] = {".old", ".bak", ".sig", ".gz", ".rpmnew", ".rpmsave"};
    return name.find(".dpkg-") != name.npos ||
           std::any_of(std::begin(endings), std::end(endings),
                       [&](std::string_view ending) { return name.ends_with(ending); });
}

// The release of a kernel whose image has that name; empty where it is none.
std::string release_of_image(const std::string &name) {
    for (const std::string_view prefix : {"vmlinuz-", "vmlinux-", "image-"}) {
        if (!name.starts_with(prefix) || is_leftover(name))
            continue;
        std::string release = name.substr(prefix.size());
        return is_release(release) ? release : "";
    }
    return {};
}

void add(std::vector<std::string> &releases, const std::string &release) {
    if (!release.empty() && std::find(releases.begin(), releases.end(), release) == releases.end())
        releases.push_back(release);
}

void sort_oldest_first(std::vector<std::string> &releases) {
    std::sort(releases.begin(), releases.end(), [](const std::string &a, const std::string &b) {
        return compare_versions(a, b) < 0;
    });
}

// Of all kernels that have an image.
std::vector<std::string> releases_of_images(const Roots &roots) {
    std::vector<std::string> releases;
    std::error_code problem;
    fs::directory_iterator entry(roots.boot, problem);
    for (; !problem && entry != fs::directory_iterator(); entry.increment(problem))
        add(releases, release_of_image(entry->path().filename()));
    const auto folders = list_directories(roots.modules);
    for (const std::string &release : folders.value_or(std::vector<std::string>())) {
        if (is_there(roots.modules / release / "vmlinuz"))
            add(releases, release);
    }
    sort_oldest_first(releases);
    return releases;
}

BootProblem to_problem(const Error &error) {
    return {.why = fmt::format("{}: {}", error.subject, error.why), .remedy = error.hint};
}

void set_problem(InstalledKernel &kernel, const BootProblem &problem) {
    kernel.problem = problem.why;
    kernel.remedy = problem.remedy;
}

// Where the initramfs loads it the unit is not needed.
BootProblem problem_of_loading(const Environment &environment, const std::string &release) {
    return initramfs_loads_active(environment, release) ? BootProblem()
                                                        : problem_of_unit(environment);
}

BootProblem problem_of(const Environment &environment, const Store &store, const PatchId &active) {
    // What stands on this boot's command line says nothing of the next one's.
    const std::string off = switched_off_by_file(environment);
    if (!off.empty())
        return {.why = fmt::format("switched off by {}", off),
                .remedy = fmt::format("rm {}", switch_file(environment).native())};
    const Result<PatchFile> file = store.verified(active);
    if (!file)
        return to_problem(file.error());
    const Result<std::optional<Attempt>> failed = store.failed_boot(active.release);
    if (!failed)
        return to_problem(failed.error());
    if (*failed)
        return {.why = "the last boot that loaded it failed"};
    return problem_of_loading(environment, active.release);
}

// The patches that every task runs, or is about to.
std::vector<std::string> patches_to_stay(const Status &status) {
    std::vector<std::string> names;
    for (const Patch &patch : status.patches) {
        if (patch.progress.state == PatchState::enabled ||
            patch.progress.state == PatchState::enabling)
            names.push_back(patch.name);
    }
    return names;
}

} // namespace

InstalledKernel look_at_kernel(const Environment &environment, const std::string &release) {
    const Store store(environment);
    InstalledKernel kernel{.release = release, .running = release == environment.kernel().release};
    const Result<std::vector<PatchId>> versions = store.ids(release);
    const Result<std::optional<PatchId>> active = store.active(release);
    if (!versions || !active) {
        set_problem(kernel, to_problem(versions ? active.error() : versions.error()));
        return kernel;
    }
    kernel.has_versions = !versions->empty();
    kernel.active = *active;
    if (*active)
        set_problem(kernel, problem_of(environment, store, **active));
    return kernel;
}

std::vector<InstalledKernel> installed_kernels(const Environment &environment) {
    std::vector<std::string> releases = releases_of_images(environment.roots);
    const std::string running = environment.kernel().release;
    const std::string next = releases.empty() ? running : releases.back();
    add(releases, running);
    sort_oldest_first(releases);
    std::vector<InstalledKernel> kernels;
    for (const std::string &release : releases) {
        kernels.push_back(look_at_kernel(environment, release));
        kernels.back().boots_next = release == next;
    }
    return kernels;
}

InstalledKernel next_kernel(const Environment &environment, const std::string &release) {
    InstalledKernel kernel = look_at_kernel(environment, release);
    kernel.boots_next = true;
    return kernel;
}

InstalledKernel next_kernel(const Environment &environment) {
    const std::vector<std::string> releases = releases_of_images(environment.roots);
    return next_kernel(environment,
                       releases.empty() ? environment.kernel().release : releases.back());
}

std::string why_unpatched(const InstalledKernel &kernel) {
    if (kernel.active)
        return fmt::format("{} will not be loaded: {}", to_text(*kernel.active), kernel.problem);
    if (!kernel.problem.empty())
        return kernel.problem;
    return kernel.has_versions ? "none that is installed is active" : "none is installed";
}

std::vector<std::string> lost_by_reboot(const Environment &environment, const Status &now,
                                        const InstalledKernel &next) {
    if (next.will_be_patched() || !enclosure(environment).empty())
        return {};
    std::vector<std::string> patches = patches_to_stay(now);
    const InstalledKernel running = look_at_kernel(environment, now.kernel.release);
    if (patches.empty() && running.will_be_patched())
        patches.push_back(to_text(*running.active));
    return patches;
}

} // namespace suture
