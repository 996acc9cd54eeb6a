// The initramfs as what loads the active version when the machine starts.

#pragma once

#include "libklp/environment.h"

#include <string>

namespace suture {

// Whether the kernel's does, as far as that can be seen from outside: it was made after its active
// version had become that, and the store, in which it looks that up, lies on the root file system,
// since no other need be mounted by then.
bool initramfs_loads_active(const Environment &environment, const std::string &release);

} // namespace suture
