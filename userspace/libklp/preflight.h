// Everything that can be known to be wrong with a patch before the kernel is asked to load it.

#pragma once

#include "libklp/environment.h"
#include "libklp/patch_file.h"
#include "libklp/result.h"
#include "libklp/verify/result.h"

#include <vector>

namespace suture {

// Fails with the first thing that is certainly wrong; otherwise returns whatever is doubtful, but
// no reason to refuse the patch. `today` is YYYY-MM-DD.
Result<std::vector<CheckResult>> preflight(const Environment &environment, const PatchFile &file,
                                           const std::string &today);

// What of it matters already before it is to be loaded: it is a live patch, of this architecture.
Result<void> check_kind(const PatchFile &file, const Environment &environment);

} // namespace suture
