#include "targets.h"

#include <ctime>
#include <fmt/chrono.h>
#include <fmt/format.h>
#include <unistd.h>

namespace suture::harness {

Result<std::vector<Target>> find_targets(const TargetChoice &choice) {
    auto run = fmt::format("{:%Y%m%d-%H%M%S}-{}", fmt::gmtime(std::time(nullptr)), getpid());
    std::vector<Target> targets;
    for (const auto &arch : choice.archs) {
        auto record = load_arch_record(choice.vm_images, arch);
        if (!record) {
            return tl::unexpected(record.error());
        }
        for (const auto &kernel : choice.kernels) {
            auto guest = choice.build_dir / arch / kernel / "guest";
            for (const char *part : {"kernel", "initramfs", "qemu"}) {
                if (!std::filesystem::exists(guest / part)) {
                    return fail(fmt::format("there is no guest of {}/{}: {} is missing; make it "
                                            "with 'make guest ARCH={} KERNEL={}'",
                                            arch, kernel, (guest / part).string(), arch, kernel));
                }
            }
            record->qemu = guest / "qemu";
            Target target{*record,
                          kernel,
                          guest / "kernel",
                          guest / "initramfs",
                          choice.build_dir / "logs" / run / fmt::format("{}-{}", arch, kernel),
                          {}};
            if (!choice.suite.empty()) {
                auto suite = folder_suite(choice.build_dir / arch / kernel / choice.suite);
                if (!suite) {
                    return tl::unexpected(suite.error());
                }
                target.suite = std::move(*suite);
            }
            targets.push_back(std::move(target));
        }
    }
    return targets;
}

} // namespace suture::harness
