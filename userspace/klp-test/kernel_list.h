// The kernels that guests can be made for, as vm-images/kernels lists them.
#pragma once

#include "error.h"

#include <filesystem>
#include <string>
#include <vector>

namespace suture::harness {

struct ListedKernel {
    std::string name;
    // The architectures that have it; empty: all of them.
    std::vector<std::string> archs;

    bool is_for(const std::string &arch) const;
};

// One from each line that is no comment: its first word, and its fourth, with commas in between.
std::vector<ListedKernel> parse_kernels(const std::string &text);

// Reads `<vm_images>/kernels`; an error where that cannot be read.
Result<std::vector<ListedKernel>> load_kernels(const std::filesystem::path &vm_images);

} // namespace suture::harness
