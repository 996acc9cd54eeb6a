#include "libklp/traced_functions.h"

#include "libklp/file.h"
#include "libklp/sysfs.h"

#include <algorithm>

namespace suture {

namespace {

using std::string_view;

constexpr size_t list_limit = size_t(256) << 20;

string_view take(string_view &text, char end) {
    const string_view part = text.substr(0, text.find(end));
    text.remove_prefix(std::min(part.size() + 1, text.size()));
    return part;
}

// The flags stand alone between the count in brackets and a tab.
bool may_redirect(string_view flags) {
    while (!flags.empty()) {
        if (take(flags, ' ') == "I")
            return true;
    }
    return false;
}

// "[ext4]"
std::string unbracketed(string_view module) {
    return module.size() < 2 ? "" : std::string(module.substr(1, module.size() - 2));
}

} // namespace

std::vector<TracedFunction> parse_redirected(string_view text) {
    std::vector<TracedFunction> functions;
    while (!text.empty()) {
        string_view line = take(text, '\n');
        const string_view name = take(line, ' ');
        const string_view module = line.starts_with('[') ? take(line, ' ') : string_view();
        const string_view flags = take(line, '\t');
        if (!name.empty() && flags.starts_with("(") && may_redirect(flags))
            functions.push_back({.name = std::string(name), .module = unbracketed(module)});
    }
    return functions;
}

Result<std::vector<TracedFunction>> redirected_functions(const Environment &environment) {
    const std::filesystem::path path = environment.roots.sys / "kernel/tracing/enabled_functions";
    const auto text = read_file(path, list_limit);
    if (!text)
        return fail(sysfs_error("read", path, text.error()));
    return parse_redirected(*text);
}

} // namespace suture
