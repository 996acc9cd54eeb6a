// Makes packages of a live patch that has been built: each is for exactly one kernel.

#pragma once

#include "libklp/package/system.h"

#include <filesystem>
#include <vector>

namespace suture {

struct PackageOrder {
    std::filesystem::path folder; // that has the module
    std::filesystem::path output; // where the packages are put
    std::vector<PackageSystem> systems;
};

// All that are ordered or, where one cannot be made, none; gives their files. Whatever is there
// already under these names is replaced.
Result<std::vector<std::filesystem::path>> make_packages(const PackageOrder &order, Tools &tools);

} // namespace suture
