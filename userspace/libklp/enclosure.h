// A chroot or a container holds another system than the one that the machine runs: an image that is
// being made, one that is being rescued, a guest of the machine's kernel. The kernel that is seen
// from there is not its own.

#pragma once

#include "libklp/environment.h"

#include <string>

namespace suture {

// What this process is in: a "container", as whoever made it says, or where it sees none but its
// own processes, or a "chroot", where it has another root than the first process that it sees.
// Empty where it is in neither, and where that cannot be told, as without root.
std::string enclosure(const Environment &environment);

// Whether a kernel of that release runs, and is this system's own.
bool runs_this_system(const Environment &environment, const std::string &release);

} // namespace suture
