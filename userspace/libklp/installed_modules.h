// The modules that are installed for the running kernel, loaded or not.

#pragma once

#include "libklp/environment.h"

#include <filesystem>
#include <optional>
#include <string>

namespace suture {

class InstalledModules {
  public:
    explicit InstalledModules(const Environment &environment)
        : directory_(environment.roots.modules / environment.kernel().release) {}

    // Whether modprobe would find it.
    bool has(const std::string &name) const;

    // What the kernel's own modules were built with, and so this kernel itself: "6.1.0-50-amd64 SMP
    // preempt mod_unload modversions ". Nothing where none of them is there.
    std::optional<std::string> vermagic() const;

  private:
    std::filesystem::path directory_;
};

} // namespace suture
