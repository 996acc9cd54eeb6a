// Suture's counters since it was loaded: /proc/suture/stats, see docs/transitions.md.

#pragma once

#include "libklp/environment.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace suture {

struct Stat {
    std::string name;
    uint64_t value = 0;
    bool operator==(const Stat &) const = default;
};

// Lines of another form are left out; those of a newer Suture may have names unknown here.
std::vector<Stat> parse_stats(std::string_view text);

// None without Suture.
std::vector<Stat> read_stats(const Environment &environment);

} // namespace suture
