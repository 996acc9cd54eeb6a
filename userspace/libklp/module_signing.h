// Whether the running kernel takes modules that nobody has signed.

#pragma once

#include "libklp/environment.h"

namespace suture {

enum class Lockdown { none, integrity, confidentiality };

// None, too, for a kernel that knows no lockdown.
Lockdown lockdown(const Environment &environment);

// By CONFIG_MODULE_SIG_FORCE or module.sig_enforce. Lockdown demands signatures besides.
bool enforces_signatures(const Environment &environment);

// Whether the kernel looks at signatures at all, by CONFIG_MODULE_SIG: then it refuses damaged ones
// even where it demands none.
bool looks_at_signatures(const Environment &environment);

} // namespace suture
