// Everything that can be known to be wrong with a patch before the kernel is asked to load it.

#pragma once

#include "libklp/environment.h"
#include "libklp/patch_file.h"
#include "libklp/result.h"

namespace suture {

Result<PatchFile> preflight(const Environment &environment, const std::filesystem::path &path);

// Those parts of it that matter already before it is to be loaded.
Result<void> check_machine(const PatchFile &file, const Environment &environment);
Result<void> check_livepatch(const PatchFile &file, const Environment &environment);

} // namespace suture
