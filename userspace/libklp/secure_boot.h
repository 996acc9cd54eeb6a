// Whether the firmware starts only what is signed, which most distributions' kernels go on with.

#pragma once

#include "libklp/environment.h"

namespace suture {

enum class SecureBoot {
    absent,  // the machine's firmware has no such thing
    unknown, // what would tell cannot be read
    off,
    on,
};

SecureBoot secure_boot(const Environment &environment);

} // namespace suture
