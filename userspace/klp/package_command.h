// klp's verb that makes packages.

#pragma once

#include "klp/command.h"
#include "klp/verbs.h"

namespace suture {

// Gives the exit status.
int package_command(const Arguments &arguments, const Terminal &terminal);

} // namespace suture
