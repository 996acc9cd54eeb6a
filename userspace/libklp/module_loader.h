// Inserting and removing modules: the one place where libklp changes the kernel other than through
// sysfs, and so an interface that tests replace.

#pragma once

#include "libklp/environment.h"

#include <filesystem>
#include <string>

namespace suture {

class ModuleLoader {
  public:
    virtual ~ModuleLoader() = default;

    // Both return 0 or the errno that the kernel gave.
    virtual int insert(const std::filesystem::path &path) = 0;
    virtual int remove(const std::string &name) = 0;
};

class KmodLoader : public ModuleLoader {
  public:
    explicit KmodLoader(const Environment &environment);

    int insert(const std::filesystem::path &path) override;
    int remove(const std::string &name) override;

  private:
    std::filesystem::path directory_;
};

} // namespace suture
