// The keys with which the kernel checks signatures.

#pragma once

#include "libklp/environment.h"

#include <string>
#include <string_view>
#include <vector>

namespace suture {

// The names of the asymmetric keys in /proc/keys, each once: whom a certificate is of. Some may be
// for other things than modules; the list does not say. Any text may be given.
std::vector<std::string> parse_keys(std::string_view text);

// None where the list cannot be read; to others than root it shows few.
std::vector<std::string> read_keys(const Environment &environment);

} // namespace suture
