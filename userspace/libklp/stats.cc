#include "libklp/stats.h"

#include "libklp/sysfs.h"

#include <algorithm>
#include <charconv>

namespace suture {

std::vector<Stat> parse_stats(std::string_view text) {
    std::vector<Stat> stats;
    while (!text.empty()) {
        const std::string_view line = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(line.size() + 1, text.size()));
        const size_t blank = line.find(' ');
        if (blank == line.npos || blank == 0)
            continue;
        Stat stat{.name = std::string(line.substr(0, blank))};
        const char *end = line.data() + line.size();
        const auto [stop, problem] = std::from_chars(line.data() + blank + 1, end, stat.value);
        if (problem == std::errc() && stop == end)
            stats.push_back(std::move(stat));
    }
    return stats;
}

std::vector<Stat> read_stats(const Environment &environment) {
    return parse_stats(read_attribute(environment.roots.proc / "suture/stats").value_or(""));
}

} // namespace suture
