// The initramfs of a kernel, which may carry the active version too, where the hook for it is
// installed: then it has to be made anew when another version becomes the active one.

#pragma once

#include "libklp/environment.h"

#include <string>

namespace suture {

// The command that makes the kernel's initramfs anew; empty where it carries no patches.
std::string initramfs_command(const Environment &environment, const std::string &release);

} // namespace suture
