// How people keep a machine from loading patches when it starts, such as when one of them brought
// it down.

#pragma once

#include "libklp/environment.h"

#include <string>

namespace suture {

// What says that the active version is not to be loaded: `klp=off` on the kernel's command line, or
// a file `off` in the store. Empty where nothing does.
std::string switched_off_by(const Environment &environment);

} // namespace suture
