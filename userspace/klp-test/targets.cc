#include "targets.h"

#include "matrix.h"

#include <algorithm>
#include <ctime>
#include <fmt/chrono.h>
#include <fmt/format.h>
#include <unistd.h>

namespace suture::harness {

namespace {

namespace fs = std::filesystem;

fs::path guest_folder(const TargetChoice &choice, const GuestName &name) {
    return choice.build_dir / name.arch / name.kernel / "guest";
}

fs::path suite_folder(const TargetChoice &choice, const GuestName &name) {
    bool is_path = choice.suite.find('/') != std::string::npos;
    return is_path ? fs::path(choice.suite)
                   : choice.build_dir / name.arch / name.kernel / choice.suite;
}

// The first part that the guest lacks; empty: it is whole.
fs::path missing_part(const fs::path &guest) {
    std::error_code error;
    for (const char *part : {"kernel", "initramfs", "qemu"}) {
        if (!fs::exists(guest / part, error)) {
            return guest / part;
        }
    }
    return {};
}

// Of one architecture, in alphabetical order.
std::vector<std::string> built_kernels(const TargetChoice &choice, const std::string &arch) {
    std::vector<std::string> kernels;
    std::error_code error;
    for (fs::directory_iterator entry(choice.build_dir / arch, error), end; !error && entry != end;
         entry.increment(error)) {
        auto kernel = entry->path().filename().string();
        if (missing_part(guest_folder(choice, {arch, kernel})).empty()) {
            kernels.push_back(kernel);
        }
    }
    std::ranges::sort(kernels);
    return kernels;
}

Result<Matrix> read_matrix(const TargetChoice &choice) {
    auto kernels = load_kernels(choice.vm_images);
    if (!kernels) {
        return tl::unexpected(kernels.error());
    }
    Matrix matrix{known_archs(choice.vm_images), std::move(*kernels), {}};
    auto place = [&](const std::string &kernel) {
        return std::ranges::find(matrix.kernels, kernel, &ListedKernel::name);
    };
    for (const auto &arch : matrix.archs) {
        auto built = built_kernels(choice, arch);
        std::ranges::stable_sort(built, {}, place);
        for (const auto &kernel : built) {
            matrix.built.push_back({arch, kernel});
        }
    }
    return matrix;
}

Result<Target> find_target(const TargetChoice &choice, const GuestName &name,
                           const fs::path &logs) {
    auto record = load_arch_record(choice.vm_images, name.arch);
    if (!record) {
        return tl::unexpected(record.error());
    }
    auto guest = guest_folder(choice, name);
    if (auto missing = missing_part(guest); !missing.empty()) {
        return fail(fmt::format("there is no guest of {}/{}: {} is missing; make it with 'make "
                                "guest ARCH={} KERNEL={}'",
                                name.arch, name.kernel, missing.string(), name.arch, name.kernel));
    }
    record->qemu = guest / "qemu";
    Target target{*record,
                  name.kernel,
                  guest / "kernel",
                  guest / "initramfs",
                  logs / fmt::format("{}-{}", name.arch, name.kernel),
                  {}};
    if (!choice.suite.empty()) {
        auto suite = folder_suite(suite_folder(choice, name));
        if (!suite) {
            return tl::unexpected(suite.error());
        }
        target.suite = std::move(*suite);
    }
    return target;
}

} // namespace

Result<std::vector<Target>> find_targets(const TargetChoice &choice) {
    for (const auto &arch : choice.archs) {
        if (auto record = load_arch_record(choice.vm_images, arch); !record) {
            return tl::unexpected(record.error());
        }
    }
    auto matrix = read_matrix(choice);
    if (!matrix) {
        return tl::unexpected(matrix.error());
    }
    auto names = choose_guests(choice.archs, choice.kernels, *matrix);
    if (!names) {
        return tl::unexpected(names.error());
    }
    auto run = fmt::format("{:%Y%m%d-%H%M%S}-{}", fmt::gmtime(std::time(nullptr)), getpid());
    std::vector<Target> targets;
    for (const auto &name : *names) {
        auto target = find_target(choice, name, choice.build_dir / "logs" / run);
        if (!target) {
            return tl::unexpected(target.error());
        }
        targets.push_back(std::move(*target));
    }
    return targets;
}

} // namespace suture::harness
