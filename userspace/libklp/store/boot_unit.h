// The unit of systemd that loads the active version when the machine starts, and that a person or a
// preset may have switched off.

#pragma once

#include "libklp/environment.h"

#include <string>

namespace suture {

// What keeps a version from being loaded at boot, and what to do about it, where that is known.
struct BootProblem {
    std::string why = {}; // empty where nothing does
    std::string remedy = {};
};

// What keeps the unit from running at the next boot. Nothing that could be told where systemd does
// not run: whoever starts such a machine has to run 'klp apply' in another way.
BootProblem problem_of_unit(const Environment &environment);

} // namespace suture
