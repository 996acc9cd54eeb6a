// A patch that is to be tried: a module as it is, or sources of one, to be built for each target.
#pragma once

#include "error.h"

#include <filesystem>
#include <string>

namespace suture::harness {

struct PatchModule {
    std::string name;
    std::string content;
};

// The module of `path`, for this architecture and kernel. Where `path` is a folder of sources, make
// builds them in the checkout `top`, and what it says goes to `log`.
Result<PatchModule> patch_for(const std::filesystem::path &path, const std::string &arch,
                              const std::string &kernel, const std::filesystem::path &top,
                              const std::filesystem::path &log);

// The one module among the files of a folder where patches were built.
Result<std::filesystem::path> only_module(const std::filesystem::path &folder);

} // namespace suture::harness
