#include "fuzz/counters.h"

// The linker's names for both ends of the section. Instrumented code cannot name them, since clang
// names them in it.
extern "C" char __start___sancov_cntrs[]; // NOLINT(bugprone-reserved-identifier)
extern "C" char __stop___sancov_cntrs[];  // NOLINT(bugprone-reserved-identifier)

namespace suture::fuzz {

std::span<char> counters() {
    return {__start___sancov_cntrs, __stop___sancov_cntrs};
}

} // namespace suture::fuzz
