// Finds what a run needs on this machine: the records of the architectures and the built guests.
#pragma once

#include "error.h"
#include "runner.h"

#include <filesystem>
#include <string>
#include <vector>

namespace suture::harness {

struct TargetChoice {
    // Empty: all of which there are guests.
    std::vector<std::string> archs;
    std::vector<std::string> kernels;
    std::filesystem::path build_dir;
    std::filesystem::path vm_images;
    // The name of a suite that was built for each target, beside its guest, or with a slash the
    // path of one for all. Empty: the image's.
    std::string suite;
};

// The guests that matrix.h makes of the choice, all of which must have been built. Their logs go to
// a folder of this run's own.
Result<std::vector<Target>> find_targets(const TargetChoice &choice);

} // namespace suture::harness
