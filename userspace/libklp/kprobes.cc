#include "libklp/kprobes.h"

#include "libklp/sysfs.h"
#include "libklp/text.h"

namespace suture {

namespace {

using std::string_view;

constexpr size_t kprobes_limit = size_t(64) << 20;

} // namespace

std::vector<Kprobe> parse_kprobes(string_view text) {
    std::vector<Kprobe> probes;
    while (!text.empty()) {
        string_view line = take(text, '\n');
        take_word(line); // the address
        const string_view kind = take_word(line);
        const string_view place = take_word(line);
        const string_view module = take_word(line);
        const size_t plus = place.rfind('+');
        if (kind.empty() || plus == place.npos || plus == 0)
            continue;
        // What is in brackets are flags.
        const bool in_module = !module.empty() && !module.starts_with('[');
        probes.push_back({.object = std::string(in_module ? module : "vmlinux"),
                          .function = std::string(place.substr(0, plus)),
                          .offset = std::string(place.substr(plus + 1)),
                          .on_return = kind == "r"});
    }
    return probes;
}

Result<std::vector<Kprobe>> read_kprobes(const Environment &environment) {
    return read_text(environment.roots.sys / "kernel/debug/kprobes/list", kprobes_limit)
        .map(parse_kprobes);
}

} // namespace suture
