// The version of the kernel that really runs: its release, and what is patched on top.

#pragma once

#include "libklp/controller.h"

#include <string>

namespace suture {

// "6.1.0-50-amd64+livepatch_demo=3+other": for each patch that every task runs, in the order in
// which they were applied, '+', its name and, if it has one, '=' and its version. Other characters
// than letters, digits and ".:_~-" are '_' there, so that the text can be taken apart again. With
// no such patch it is the release alone.
std::string effective_release(const Status &status);

} // namespace suture
