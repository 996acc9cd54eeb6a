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
    std::string module = {}; // empty: of the kernel itself
    bool operator==(const TracedFunction &) const = default;
};

// Of lines as enabled_functions has them, "do_it [ext4] (1) R I D M\ttramp: ...", those that
// somebody may send elsewhere: the ones with an I.
std::vector<TracedFunction> parse_redirected(std::string_view text);

Result<std::vector<TracedFunction>> redirected_functions(const Environment &environment);

} // namespace suture
