// The tables of a patch as sections of its module, with symbols and relocations, as a compiler and
// a linker leave them.

#pragma once

#include "libklp/testing/fake_module.h"

#include <cstdint>
#include <string>
#include <vector>

namespace suture::testing {

struct FakeSection {
    std::string name;
    std::string data;
    unsigned type = SHT_PROGBITS;
    uint64_t flags = 0;
    unsigned link = 0;
    unsigned info = 0;
};

// For a file in which they start at section `first`, and the module itself is section
// `this_module`.
std::vector<FakeSection> fake_tables(const FakeModule &module, unsigned first,
                                     unsigned this_module);

} // namespace suture::testing
