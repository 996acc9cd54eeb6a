// What the bits of /proc/sys/kernel/tainted say about a test that set them.
#pragma once

#include <string>

namespace suture::harness {

using Taint = unsigned long;

// The bits that are set in `after`, not in `before`, and that no test may set, in words;
// empty where there are none.
std::string unexpected_taint(Taint before, Taint after);

} // namespace suture::harness
