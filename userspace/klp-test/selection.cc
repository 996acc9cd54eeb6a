#include "selection.h"

#include <algorithm>
#include <charconv>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <fnmatch.h>

namespace suture::harness {

namespace {

bool matches_glob(const std::string &glob, const std::string &id) {
    auto name = id.substr(id.find(':') + 1);
    return fnmatch(glob.c_str(), id.c_str(), 0) == 0 || fnmatch(glob.c_str(), name.c_str(), 0) == 0;
}

// The whole of the text, as a number from 1.
bool read_number(std::string_view text, unsigned &number) {
    auto end = text.data() + text.size();
    auto [stop, problem] = std::from_chars(text.data(), end, number);
    return problem == std::errc() && stop == end && number > 0;
}

} // namespace

Result<Shard> parse_shard(const std::string &text) {
    Shard shard;
    auto slash = text.find('/');
    auto words = std::string_view(text);
    if (slash == std::string::npos || !read_number(words.substr(0, slash), shard.index) ||
        !read_number(words.substr(slash + 1), shard.count) || shard.index > shard.count) {
        return fail(fmt::format("no shard '{}': give which of how many, from 1/N to N/N", text));
    }
    return shard;
}

bool matches(const Selection &selection, const std::string &id) {
    return selection.filters.empty() ||
           std::ranges::any_of(selection.filters,
                               [&](const std::string &glob) { return matches_glob(glob, id); });
}

Result<std::vector<std::string>> select(const Selection &selection,
                                        const std::vector<std::string> &suite) {
    if (suite.empty()) {
        return fail("the guest's suite has no tests");
    }
    for (const auto &glob : selection.filters) {
        if (std::ranges::none_of(suite, [&](const auto &id) { return matches_glob(glob, id); })) {
            return fail(fmt::format("no test matches '{}'; the suite has: {}", glob,
                                    fmt::join(suite, ", ")));
        }
    }
    std::vector<std::string> chosen;
    unsigned seen = 0;
    for (const auto &id : suite) {
        if (matches(selection, id) && seen++ % selection.shard.count == selection.shard.index - 1) {
            chosen.push_back(id);
        }
    }
    if (chosen.empty()) {
        return fail(fmt::format("shard {}/{} is empty: there are {} tests to share out; use fewer "
                                "shards",
                                selection.shard.index, selection.shard.count, seen));
    }
    return chosen;
}

} // namespace suture::harness
