// A kernel's BTF, to which the BTF of patches refers.

#pragma once

#include "libklp/testing/fake_btf.h"

namespace suture::fuzz {

// What is asked for, in the inputs and by the targets.
inline constexpr const char *replacement = "patched_do_it";

inline testing::FakeBtf kernel_btf() {
    testing::FakeBtf kernel;
    const int file = kernel.pointer(kernel.constant(kernel.structure("file", 200)));
    kernel.function("do_it", kernel.integer("int", 4), {{"file", file}});
    return kernel;
}

} // namespace suture::fuzz
