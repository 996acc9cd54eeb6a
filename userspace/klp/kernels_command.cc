#include "klp/kernels_command.h"

#include "klp/dialogue.h"

#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>

namespace suture {

namespace {

// The patches that every task runs, or is about to.
std::vector<std::string> enabled_patches(const Status &status) {
    std::vector<std::string> names;
    for (const Patch &patch : status.patches) {
        if (patch.progress.state == PatchState::enabled ||
            patch.progress.state == PatchState::enabling)
            names.push_back(patch.name);
    }
    return names;
}

Error loses_patch(const InstalledKernel &next, const std::vector<std::string> &patches) {
    const std::string upgrade = fmt::format("klp upgrade --kernel {}", next.release);
    return {.code = ErrorCode::not_found,
            .action = "keep a patch across a reboot into",
            .subject = next.release,
            .why = fmt::format("{}, while this kernel has {}", why_unpatched(next),
                               fmt::join(patches, ", ")),
            .hint = next.active ? "see 'klp list' for what is wrong with it"
                    : next.has_versions
                        ? upgrade
                        : fmt::format("install one for it: klp install FILE.ko; {}; or boot "
                                      "another kernel: 'klp list --kernels' shows what they have",
                                      upgrade)};
}

Error no_release(const std::string &text) {
    return {.code = ErrorCode::invalid_name,
            .action = "use the kernel",
            .subject = text,
            .why = "no kernel's release is like that",
            .hint = "give it as 'klp list --kernels' or 'uname -r' prints it"};
}

} // namespace

int list_kernels(const Environment &environment, const Arguments &arguments, Output &output) {
    std::vector<InstalledKernel> kernels = installed_kernels(environment);
    if (!arguments.kernel.empty())
        std::erase_if(kernels, [&](const InstalledKernel &kernel) {
            return kernel.release != arguments.kernel;
        });
    output.kernels(kernels);
    return exit_done;
}

int check_reboot(const Environment &environment, const Status &now, const Terminal &terminal,
                 const Arguments &arguments, Output &output) {
    if (!arguments.kernel.empty() && !is_release(arguments.kernel))
        return report(terminal, no_release(arguments.kernel));
    const InstalledKernel next = arguments.kernel.empty()
                                     ? next_kernel(environment)
                                     : next_kernel(environment, arguments.kernel);
    std::vector<std::string> patches = enabled_patches(now);
    const InstalledKernel running = look_at_kernel(environment, now.kernel.release);
    if (patches.empty() && running.will_be_patched())
        patches.push_back(to_text(*running.active));
    const bool loses = !patches.empty() && !next.will_be_patched();
    output.next_kernel(next, loses);
    return loses ? report(terminal, loses_patch(next, patches)) : exit_done;
}

} // namespace suture
