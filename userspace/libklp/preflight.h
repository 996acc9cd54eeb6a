// Everything that can be known to be wrong with a patch before the kernel is asked to load it.

#pragma once

#include "libklp/environment.h"
#include "libklp/patch_file.h"
#include "libklp/result.h"

namespace suture {

Result<PatchFile> preflight(const Environment &environment, const std::filesystem::path &path);

} // namespace suture
