#include "matrix.h"

#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>

namespace suture::harness {

namespace {

using Names = std::vector<std::string>;

const ListedKernel *find(const Matrix &matrix, const std::string &kernel) {
    auto found = std::ranges::find(matrix.kernels, kernel, &ListedKernel::name);
    return found == matrix.kernels.end() ? nullptr : &*found;
}

// What is not listed is an exact release, which any architecture may have.
bool can_be(const Matrix &matrix, const std::string &arch, const std::string &kernel) {
    const auto *listed = find(matrix, kernel);
    return !listed || listed->is_for(arch);
}

bool is_wanted(const Names &wanted, const std::string &name) {
    return wanted.empty() || std::ranges::find(wanted, name) != wanted.end();
}

// Each once, however often it is named.
std::vector<GuestName> product(const Names &archs, const Names &kernels, const Matrix &matrix) {
    std::vector<GuestName> guests;
    for (const auto &arch : archs) {
        for (const auto &kernel : kernels) {
            GuestName guest{arch, kernel};
            bool is_new = std::ranges::find(guests, guest) == guests.end();
            if (is_new && can_be(matrix, arch, kernel)) {
                guests.push_back(std::move(guest));
            }
        }
    }
    return guests;
}

std::vector<GuestName> built(const Names &archs, const Names &kernels, const Matrix &matrix) {
    std::vector<GuestName> guests;
    for (const auto &guest : matrix.built) {
        if (is_wanted(archs, guest.arch) && is_wanted(kernels, guest.kernel)) {
            guests.push_back(guest);
        }
    }
    return guests;
}

std::string how_to_build(const std::string &arch, const std::string &kernel) {
    return fmt::format("make one with 'make guest ARCH={} KERNEL={}'", arch, kernel);
}

// Why there is no guest of a kernel that was asked for.
Error missing_kernel(const std::string &kernel, const Names &archs, const Matrix &matrix) {
    const auto &asked = archs.empty() ? matrix.archs : archs;
    const auto *listed = find(matrix, kernel);
    auto able = std::ranges::find_if(
        asked, [&](const std::string &arch) { return !listed || listed->is_for(arch); });
    if (able != asked.end()) {
        return {fmt::format("no guest of kernel {} has been built; {}", kernel,
                            how_to_build(*able, kernel))};
    }
    return {fmt::format("there is no kernel {} for {}, only for {}; see vm-images/kernels", kernel,
                        fmt::join(asked, ", "), fmt::join(listed ? listed->archs : Names(), ", "))};
}

// Or of an architecture, when all those kernels have one of another.
Error missing_arch(const std::string &arch, const Names &kernels) {
    return {kernels.empty()
                ? fmt::format("no guest of {} has been built; {}", arch, how_to_build(arch, "6.1"))
                : fmt::format("{} has none of the kernels {}; see vm-images/kernels", arch,
                              fmt::join(kernels, ", "))};
}

} // namespace

Result<std::vector<GuestName>> choose_guests(const Names &archs, const Names &kernels,
                                             const Matrix &matrix) {
    bool all_given = !archs.empty() && !kernels.empty();
    auto guests = all_given ? product(archs, kernels, matrix) : built(archs, kernels, matrix);
    for (const auto &kernel : kernels) {
        if (std::ranges::find(guests, kernel, &GuestName::kernel) == guests.end()) {
            return tl::unexpected(missing_kernel(kernel, archs, matrix));
        }
    }
    for (const auto &arch : archs) {
        if (std::ranges::find(guests, arch, &GuestName::arch) == guests.end()) {
            return tl::unexpected(missing_arch(arch, kernels));
        }
    }
    if (guests.empty()) {
        return fail("no guest has been built; " + how_to_build("x86_64", "6.1"));
    }
    return guests;
}

} // namespace suture::harness
