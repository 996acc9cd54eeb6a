// The kprobes that are set in the running kernel.

#pragma once

#include "libklp/environment.h"
#include "libklp/result.h"

#include <string>
#include <string_view>
#include <vector>

namespace suture {

struct Kprobe {
    std::string object; // "vmlinux" or a module
    std::string function;
    std::string offset; // from the function's start, "0x1f"
    bool on_return = false;
    bool operator==(const Kprobe &) const = default;
};

// Of lines as debugfs has them, "ffffffff81000010  k  do_it+0x10  ext4 [DISABLED]".
std::vector<Kprobe> parse_kprobes(std::string_view text);

// For root, with debugfs mounted.
Result<std::vector<Kprobe>> read_kprobes(const Environment &environment);

} // namespace suture
