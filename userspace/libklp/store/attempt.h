// Which version a boot was about to load. That is noted before the load, and goes when the boot has
// come to its end: a note that a later boot finds tells of one that did not.

#pragma once

#include "libklp/environment.h"
#include "libklp/store/patch_id.h"

#include <string>

namespace suture {

struct Attempt {
    PatchId id;
    std::string boot; // as boot_id() says it
    bool operator==(const Attempt &) const = default;
};

// "NAME=VERSION BOOT" and a newline: what the store has of it, and the scripts in the initramfs
// write too.
std::string attempt_line(const Attempt &attempt);

// What no two boots have in common.
Result<std::string> boot_id(const Environment &environment);

} // namespace suture
