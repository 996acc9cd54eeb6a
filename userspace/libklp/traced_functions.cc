#include "libklp/traced_functions.h"

#include "libklp/sysfs.h"
#include "libklp/text.h"

namespace suture {

namespace {

using std::string_view;

constexpr size_t traced_limit = size_t(256) << 20;

// "[ext4]"
std::string unbracketed(string_view module) {
    return module.size() < 2 ? "" : std::string(module.substr(1, module.size() - 2));
}

// The symbols behind `mark`, without their offsets.
void add_callbacks(TracedFunction &function, string_view text, string_view mark) {
    for (size_t found = text.find(mark); found != text.npos; found = text.find(mark)) {
        text.remove_prefix(found + mark.size());
        const string_view symbol = text.substr(0, text.find_first_of("+)"));
        if (!symbol.empty())
            function.callbacks.emplace_back(symbol);
    }
}

// The flags stand alone between the count in brackets and a tab.
void add_flags(TracedFunction &function, string_view flags) {
    while (!flags.empty()) {
        const string_view flag = take_word(flags);
        function.redirected |= flag == "I";
        function.direct |= flag == "D";
    }
}

} // namespace

std::vector<TracedFunction> parse_traced(string_view text) {
    std::vector<TracedFunction> functions;
    while (!text.empty()) {
        string_view line = take(text, '\n');
        if (line.starts_with('\t')) {
            if (!functions.empty())
                add_callbacks(functions.back(), line, "-->");
            continue;
        }
        const string_view name = take(line, ' ');
        const string_view module = line.starts_with('[') ? take(line, ' ') : string_view();
        const string_view flags = take(line, '\t');
        if (name.empty() || !flags.starts_with('('))
            continue;
        functions.push_back({.name = std::string(name), .module = unbracketed(module)});
        add_flags(functions.back(), flags);
        add_callbacks(functions.back(), line, " (");
    }
    return functions;
}

Result<std::vector<TracedFunction>> traced_functions(const Environment &environment) {
    return read_text(environment.roots.sys / "kernel/tracing/enabled_functions", traced_limit)
        .map(parse_traced);
}

} // namespace suture
