// What /sys/module knows of loaded modules. Names have passed PatchName, or came from sysfs.

#pragma once

#include "libklp/environment.h"
#include "libklp/patch_file.h"
#include "libklp/result.h"

#include <optional>
#include <string>
#include <vector>

namespace suture {

class Modules {
  public:
    explicit Modules(const Roots &roots) : root_(roots.sys / "module") {}

    bool is_loaded(const std::string &name) const;

    // Whether what has that name is no module but a part of the kernel that has parameters.
    bool is_built_in(const std::string &name) const;

    // Whether it is, or was until it was disabled, a live patch of either runtime.
    bool is_livepatch(const std::string &name) const;

    // 0 if it is gone.
    unsigned references(const std::string &name) const;

    // The modules that use it.
    std::vector<std::string> holders(const std::string &name) const;

    // Whether the loaded module of that name came from the same build as `file`.
    bool is_same_build(const PatchFile &file) const;

    // The version of a loaded module, if it has one.
    std::optional<std::string> version(const std::string &name) const;

  private:
    std::filesystem::path root_;
};

} // namespace suture
