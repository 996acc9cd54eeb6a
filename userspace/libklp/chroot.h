// A chroot holds another system than the one that runs: an image that is being made, or one that is
// being rescued. The kernel that is seen from there is not its own.

#pragma once

#include "libklp/environment.h"

#include <string>

namespace suture {

// Whether this process has another root than the first one of the machine. Not where that cannot be
// told, as without root.
bool is_in_chroot(const Environment &environment);

// Whether a kernel of that release runs, and is this system's own.
bool runs_this_system(const Environment &environment, const std::string &release);

} // namespace suture
