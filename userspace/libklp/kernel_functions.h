// How many functions of a name the running kernel has, and how many of them ftrace can redirect.
// Names alone do not tell several of them apart.

#pragma once

#include "libklp/environment.h"
#include "libklp/result.h"

#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace suture {

// By name, in vmlinux and the modules that are loaded.
class KernelFunctions {
  public:
    void add(std::string_view object, std::string_view name);

    unsigned count(const std::string &object, const std::string &name) const;

    // What the compiler made of a function besides: NAME.constprop.0, NAME.part.0, ...
    std::vector<std::string> variants(const std::string &object, const std::string &name) const;

  private:
    std::map<std::pair<std::string, std::string>, unsigned> counts_; // by object and name
};

using Names = std::set<std::string, std::less<>>;

// Of all symbols those of these names, and their variants.
Result<KernelFunctions> read_symbols(const Environment &environment, const Names &names);

// Of the functions that ftrace can redirect likewise. For root, with tracefs mounted.
Result<KernelFunctions> read_traceable(const Environment &environment, const Names &names);

} // namespace suture
