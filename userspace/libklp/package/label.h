// What a package is called by each package system.

#pragma once

#include "libklp/package/patch_package.h"

namespace suture {

struct PackageLabel {
    std::string name;
    std::string version;
    std::string architecture;
    bool operator==(const PackageLabel &) const = default;
};

// The package's version is the patch's, as far as there can be such a one, and in the same order;
// they fail where there cannot, or where the architecture is none that Suture has.
Result<PackageLabel> deb_label(const PatchPackage &package);
Result<PackageLabel> rpm_label(const PatchPackage &package);

} // namespace suture
