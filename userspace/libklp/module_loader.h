// Inserting and removing modules: the one place where libklp changes the kernel other than through
// sysfs, and so an interface that tests replace.

#pragma once

#include "libklp/environment.h"

#include <filesystem>
#include <string>
#include <string_view>

namespace suture {

class ModuleLoader {
  public:
    virtual ~ModuleLoader() = default;

    // Both return 0 or the errno that the kernel gave. A module is given as the bytes of its .ko
    // file, not compressed, so that those are loaded that were checked: the file may be another
    // one by now.
    virtual int insert(std::string_view bytes) = 0;
    virtual int remove(const std::string &name) = 0;
};

class KmodLoader : public ModuleLoader {
  public:
    explicit KmodLoader(const Environment &environment);

    int insert(std::string_view bytes) override;
    int remove(const std::string &name) override;

  private:
    std::filesystem::path directory_;
};

} // namespace suture
