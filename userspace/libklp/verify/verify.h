// Everything that can be known of a patch before it is loaded: whether it fits this machine, this
// kernel, and each function that it replaces.

#pragma once

#include "libklp/environment.h"
#include "libklp/patch_file.h"
#include "libklp/result.h"
#include "libklp/verify/result.h"

#include <vector>

namespace suture {

struct Verification {
    PatchFile file;
    std::vector<CheckResult> results;

    unsigned count(Verdict verdict) const;
};

// A patch for another machine or kernel is not looked into any further. `today`, YYYY-MM-DD, is for
// what expires.
Verification verify(const Environment &environment, PatchFile file, const std::string &today);

// The same of a file that has to be read first; fails where it is no module that can be.
Result<Verification> verify(const Environment &environment, const std::filesystem::path &path,
                            const std::string &today);

} // namespace suture
