// How people keep a machine from loading patches when it starts, such as when one of them brought
// it down.

#pragma once

#include "libklp/environment.h"

#include <filesystem>
#include <string>

namespace suture {

// What says that the active version is not to be loaded: `klp=off` on the kernel's command line, a
// file `off` in the store, or that this kernel was only started to save another one's memory, and
// must not count as a boot that failed. Empty where nothing does.
std::string switched_off_by(const Environment &environment);

// The file alone, which counts for the next boot too.
std::string switched_off_by_file(const Environment &environment);

// Where that is, or would be.
std::filesystem::path switch_file(const Environment &environment);

} // namespace suture
