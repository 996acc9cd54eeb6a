// What the fuzz targets share.

#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace suture::fuzz {

// One run of the target: whatever is in it, this has to come back, and what it checks to hold.
void run(std::string_view input);

// A property that does not hold is a finding.
inline void require(bool holds) {
    if (!holds)
        __builtin_trap();
}

} // namespace suture::fuzz

// Each target is a program of its own, and includes this once.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    suture::fuzz::run({reinterpret_cast<const char *>(data), size});
    return 0;
}
