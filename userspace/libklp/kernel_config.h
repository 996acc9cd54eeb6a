// What the running kernel was built with, from the file that distributions put beside it, or from
// itself.

#pragma once

#include "libklp/environment.h"

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace suture {

class KernelConfig {
  public:
    // Lines of other forms than CONFIG_NAME=VALUE are comments, or nothing.
    explicit KernelConfig(std::string_view text);

    // /boot/config-RELEASE, or else /proc/config.gz; nothing where there is neither.
    static std::optional<KernelConfig> read(const Environment &environment);

    // "CONFIG_KPROBES": y or m.
    bool has(const std::string &name) const;

  private:
    std::map<std::string, std::string, std::less<>> values_;
};

} // namespace suture
