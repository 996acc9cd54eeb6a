#include "klp/kernels_command.h"

#include "klp/dialogue.h"

#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>

namespace suture {

namespace {

Error loses(const InstalledKernel &next, const std::vector<std::string> &patches) {
    const std::string upgrade = fmt::format("klp upgrade --kernel {}", next.release);
    const bool has_problem = next.active || !next.problem.empty();
    return {.code = ErrorCode::not_found,
            .action = "keep a patch across a reboot into",
            .subject = next.release,
            .why = fmt::format("{}, while this kernel has {}", why_unpatched(next),
                               fmt::join(patches, ", ")),
            .hint = !next.remedy.empty() ? next.remedy
                    : has_problem        ? "see 'klp list' for what is wrong with it"
                    : next.has_versions
                        ? upgrade
                        : fmt::format("install one for it: klp install FILE.ko; {}; or boot "
                                      "another kernel: 'klp list --kernels' shows what they have",
                                      upgrade)};
}

// All, or the one that is named.
Result<std::vector<InstalledKernel>> kernels_for(const Environment &environment,
                                                 const std::string &named) {
    std::vector<InstalledKernel> kernels = installed_kernels(environment);
    if (named.empty())
        return kernels;
    return parse_release(named).map([&](const std::string &release) {
        std::erase_if(kernels,
                      [&](const InstalledKernel &kernel) { return kernel.release != release; });
        return std::move(kernels);
    });
}

// The one that is named, or that boots next otherwise.
Result<InstalledKernel> next_kernel_for(const Environment &environment, const std::string &named) {
    if (named.empty())
        return next_kernel(environment);
    return parse_release(named).map(
        [&](const std::string &release) { return next_kernel(environment, release); });
}

} // namespace

int list_kernels(const Environment &environment, const Terminal &terminal,
                 const Arguments &arguments, Output &output) {
    const Result<std::vector<InstalledKernel>> kernels = kernels_for(environment, arguments.kernel);
    if (!kernels)
        return report(terminal, kernels.error());
    output.kernels(*kernels);
    return exit_done;
}

int check_reboot(const Environment &environment, const Status &now, const Terminal &terminal,
                 const Arguments &arguments, Output &output) {
    const Result<InstalledKernel> next = next_kernel_for(environment, arguments.kernel);
    if (!next)
        return report(terminal, next.error());
    const std::vector<std::string> lost = lost_by_reboot(environment, now, *next);
    output.next_kernel(*next, !lost.empty());
    return lost.empty() ? exit_done : report(terminal, loses(*next, lost));
}

} // namespace suture
