#include "libklp/kernel_config.h"

#include "libklp/file.h"
#include "libklp/gzip.h"

#include <algorithm>

namespace suture {

namespace {

// Distributions' are a third of a megabyte.
constexpr size_t config_limit = size_t(16) << 20;

} // namespace

KernelConfig::KernelConfig(std::string_view text) {
    while (!text.empty()) {
        const std::string_view line = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(line.size() + 1, text.size()));
        const size_t equals = line.find('=');
        if (line.starts_with("CONFIG_") && equals != line.npos)
            values_.emplace(line.substr(0, equals), line.substr(equals + 1));
    }
}

std::optional<KernelConfig> KernelConfig::read(const Environment &environment) {
    const auto text = read_file(environment.roots.boot / ("config-" + environment.kernel().release),
                                config_limit);
    if (text)
        return KernelConfig(*text);
    const auto packed = read_file(environment.roots.proc / "config.gz", config_limit);
    const auto unpacked = packed ? gunzip(*packed, config_limit) : std::nullopt;
    return unpacked ? std::optional(KernelConfig(*unpacked)) : std::nullopt;
}

bool KernelConfig::has(const std::string &name) const {
    const auto value = values_.find(name);
    return value != values_.end() && (value->second == "y" || value->second == "m");
}

} // namespace suture
