// Which guests a run takes: of the architectures and kernels that there are, those asked for.
#pragma once

#include "error.h"
#include "kernel_list.h"

#include <string>
#include <vector>

namespace suture::harness {

struct GuestName {
    std::string arch;
    std::string kernel;

    bool operator==(const GuestName &) const = default;
};

struct Matrix {
    std::vector<std::string> archs;
    std::vector<ListedKernel> kernels;
    // The guests that have been built, in the order in which they are to be taken.
    std::vector<GuestName> built;
};

// Where both `archs` and `kernels` are given: each with each, built or not, but for what cannot be
// since the list of kernels says so. Where one of them is empty, or both: all that match and have
// been built. What is given twice is taken once: two guests of one name would share their logs.
// What was given and matches nothing is an error, as is the lack of any guest.
Result<std::vector<GuestName>> choose_guests(const std::vector<std::string> &archs,
                                             const std::vector<std::string> &kernels,
                                             const Matrix &matrix);

} // namespace suture::harness
