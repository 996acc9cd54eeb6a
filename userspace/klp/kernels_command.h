// klp's verbs for the kernels that are installed, and what a reboot will bring. Each gives its exit
// status.

#pragma once

#include "klp/command.h"
#include "klp/output.h"
#include "klp/verbs.h"

namespace suture {

// Which patch each will load.
int list_kernels(const Environment &environment, const Terminal &terminal,
                 const Arguments &arguments, Output &output);

// Whether this machine, whose state `now` is, has a patch that the kernel which boots next has not.
int check_reboot(const Environment &environment, const Status &now, const Terminal &terminal,
                 const Arguments &arguments, Output &output);

} // namespace suture
