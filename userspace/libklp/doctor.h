// Whether this machine can be patched live, and what may be in the way.

#pragma once

#include "libklp/environment.h"

#include <string>
#include <vector>

namespace suture {

enum class Health {
    good,
    unknown, // what would tell cannot be read
    note,    // something to know, or to look into, before a patch is loaded
    bad,     // patches cannot be loaded, or should not be
};

struct Finding {
    std::string check; // "ftrace"; these stay the same
    Health health = Health::good;
    std::string what = {};
    std::string hint = {}; // what to do, unless it is good
    bool operator==(const Finding &) const = default;
};

// One or more for each check.
std::vector<Finding> examine(const Environment &environment);

// Of these, what says that the kernel is not well any more: its taints and its log. None if it is.
std::vector<Finding> signs_of_trouble(const Environment &environment);

// "good", "unknown", "note", "bad"
const char *to_text(Health health);

} // namespace suture
