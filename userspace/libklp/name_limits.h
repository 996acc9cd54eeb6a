// How long names can be in the kernel, without the terminating NUL.

#pragma once

#include <cstddef>
#include <cstdint>

namespace suture {

// KSYM_NAME_LEN of Linux 6.1.
inline constexpr size_t longest_symbol = 511;

// MODULE_NAME_LEN of a 64-bit kernel.
inline constexpr size_t longest_module_name = 64 - sizeof(uint64_t) - 1;

} // namespace suture
