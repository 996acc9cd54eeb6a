#include "libklp/kernel_keys.h"

#include "libklp/sysfs.h"
#include "libklp/text.h"

#include <algorithm>

namespace suture {

namespace {

using std::string_view;

constexpr size_t list_limit = size_t(1) << 20;

} // namespace

// A line has an identifier, flags, uses, expiry, permissions, user, group, type and description.
std::vector<std::string> parse_keys(string_view text) {
    constexpr int fields_before_type = 7;
    constexpr string_view asymmetric = "asymmetri"; // it is cut off there
    std::vector<std::string> names;
    while (!text.empty()) {
        string_view line = take(text, '\n');
        for (int field = 0; field < fields_before_type; ++field)
            take_word(line);
        if (take_word(line) != asymmetric)
            continue;
        line.remove_prefix(std::min(line.find_first_not_of(' '), line.size()));
        // What identifies it, and its algorithm, come behind the name.
        const string_view name = line.substr(0, line.find(": "));
        if (!name.empty() && std::find(names.begin(), names.end(), name) == names.end())
            names.emplace_back(name);
    }
    return names;
}

std::vector<std::string> read_keys(const Environment &environment) {
    return parse_keys(read_text(environment.roots.proc / "keys", list_limit).value_or(""));
}

} // namespace suture
