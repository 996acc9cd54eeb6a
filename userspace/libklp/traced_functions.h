// What tracefs says of functions that something hooks.

#pragma once

#include "libklp/environment.h"
#include "libklp/result.h"

#include <string>
#include <string_view>
#include <vector>

namespace suture {

struct TracedFunction {
    std::string name;
    std::string module = {};                 // empty: of the kernel itself
    bool redirected = false;                 // by somebody who may send its calls elsewhere
    bool direct = false;                     // by code that is called directly, a BPF program's
    std::vector<std::string> callbacks = {}; // of those who hook it, where the kernel tells
    bool operator==(const TracedFunction &) const = default;
};

// Of lines as enabled_functions has them, and those that belong to the one before:
//
//	do_it [ext4] (1) R I D M	tramp: 0xffffffffc0201000 (handler [suture]+0x0/0x1f0)->...
//		direct-->bpf_trampoline_6442509301+0x0/0x1000
std::vector<TracedFunction> parse_traced(std::string_view text);

// For root, with tracefs mounted.
Result<std::vector<TracedFunction>> traced_functions(const Environment &environment);

} // namespace suture
