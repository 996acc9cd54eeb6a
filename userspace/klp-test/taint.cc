#include "taint.h"

#include <array>
#include <fmt/format.h>

namespace suture::harness {

namespace {

struct TaintBit {
    char letter;
    const char *meaning;
    // Why a test may set it; nullptr where it may not.
    const char *allowed;
};

// In the order of the bits, as Documentation/admin-guide/tainted-kernels.rst has them.
constexpr std::array<TaintBit, 20> bits{{
    {'P', "proprietary module", nullptr},
    {'F', "module force loaded", nullptr},
    {'S', "out of specification system", nullptr},
    {'R', "module force unloaded", nullptr},
    {'M', "machine check", nullptr},
    {'B', "bad page", nullptr},
    {'U', "set by userspace", nullptr},
    {'D', "the kernel died: oops or BUG", nullptr},
    {'A', "ACPI table overridden", nullptr},
    {'W', "kernel warning", nullptr},
    {'C', "staging driver", nullptr},
    {'I', "firmware workaround", nullptr},
    {'O', "out-of-tree module", "suture.ko and patch modules are built out of tree"},
    {'E', "unsigned module", "nobody signs what a developer has just built"},
    {'L', "soft lockup", nullptr},
    {'K', "live patched", "that is what the tests are there for"},
    {'X', "auxiliary", nullptr},
    {'T', "struct randomization", nullptr},
    {'N', "in-kernel test", "test modules say so about themselves"},
    {'J', "userspace mutated debug state", nullptr},
}};

} // namespace

std::string unexpected_taint(Taint before, Taint after) {
    Taint fresh = after & ~before;
    std::string words;
    for (std::size_t bit = 0; bit < sizeof(fresh) * 8; bit++) {
        if (!(fresh >> bit & 1)) {
            continue;
        }
        if (bit >= bits.size()) {
            words += fmt::format("{}bit {}", words.empty() ? "" : ", ", bit);
        } else if (!bits[bit].allowed) {
            words += fmt::format("{}{} ({})", words.empty() ? "" : ", ", bits[bit].letter,
                                 bits[bit].meaning);
        }
    }
    return words;
}

} // namespace suture::harness
