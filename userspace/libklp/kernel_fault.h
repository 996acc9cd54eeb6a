// Lines of the kernel log in which the kernel tells of a fault of its own, and not of a program's.

#pragma once

#include <string_view>

namespace suture {

// Knows what kernels 6.1 to 6.12 say on x86, powerpc and s390. `message` is of the kernel itself.
bool is_kernel_fault(std::string_view message);

} // namespace suture
