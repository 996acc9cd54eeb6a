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

// Where the kernel has a key; of several the first is worth most.
enum class KeyPlace {
    trusted,  // it takes modules that are signed with it
    platform, // among the firmware's, with which many distributions' kernels take modules
    unknown,  // the kernel does not say
    nowhere,
};

// `id` as in Signer::key_id. It is root whom the kernel answers.
KeyPlace place_of_key(const Environment &environment, const std::string &id);

} // namespace suture
