#include "targets.h"

#include "guest_record.h"

#include <ctime>
#include <fmt/chrono.h>
#include <fmt/format.h>
#include <unistd.h>

namespace suture::harness {

namespace {

Result<void> check_guest(const std::filesystem::path &guest, const std::string &arch,
                         const std::string &kernel) {
    for (const char *part : {"kernel", "initramfs", "qemu"}) {
        if (!std::filesystem::exists(guest / part)) {
            return fail(fmt::format("there is no guest of {}/{}: {} is missing; make it with 'make "
                                    "guest ARCH={} KERNEL={}'",
                                    arch, kernel, (guest / part).string(), arch, kernel));
        }
    }
    return {};
}

// But for its logs.
Result<Target> find_target(const TargetChoice &choice, const std::string &arch,
                           const std::string &kernel, const ArchRecord &record) {
    auto folder = choice.build_dir / arch / kernel;
    auto guest = folder / "guest";
    if (auto whole = check_guest(guest, arch, kernel); !whole) {
        return tl::unexpected(whole.error());
    }
    auto guest_record = load_guest_record(guest);
    if (!guest_record) {
        return tl::unexpected(guest_record.error());
    }
    Target target;
    target.arch = guest_record->fit(record);
    target.arch.qemu = guest / "qemu";
    target.kernel_name = kernel;
    target.kernel = guest / "kernel";
    target.initramfs = guest / "initramfs";
    target.kernel_arguments = guest_record->kernel_arguments;
    if (!choice.suite.empty()) {
        auto suite = folder_suite(folder / choice.suite);
        if (!suite) {
            return tl::unexpected(suite.error());
        }
        target.suite = std::move(*suite);
    }
    return target;
}

} // namespace

Result<std::vector<Target>> find_targets(const TargetChoice &choice) {
    auto run = fmt::format("{:%Y%m%d-%H%M%S}-{}", fmt::gmtime(std::time(nullptr)), getpid());
    std::vector<Target> targets;
    for (const auto &arch : choice.archs) {
        auto record = load_arch_record(choice.vm_images, arch);
        if (!record) {
            return tl::unexpected(record.error());
        }
        for (const auto &kernel : choice.kernels) {
            auto target = find_target(choice, arch, kernel, *record);
            if (!target) {
                return tl::unexpected(target.error());
            }
            target->log_dir = choice.build_dir / "logs" / run / fmt::format("{}-{}", arch, kernel);
            targets.push_back(std::move(*target));
        }
    }
    return targets;
}

} // namespace suture::harness
