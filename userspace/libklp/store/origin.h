// Where a patch that is loaded has come from.

#pragma once

#include "libklp/environment.h"
#include "libklp/livepatch.h"

#include <vector>

namespace suture {

// Says of each patch which file of the store it is a build of, and which package brought that one.
// The kernel does not know from where a module was loaded: of a patch that the store does not have,
// or only as another build, nothing can be said.
void add_origins(const Environment &environment, std::vector<Patch> &patches);

} // namespace suture
