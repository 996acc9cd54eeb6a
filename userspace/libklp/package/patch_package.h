// What packages of one patch have in common, whatever the package system.

#pragma once

#include "libklp/metadata.h"
#include "libklp/result.h"
#include "libklp/store/patch_id.h"

#include <ctime>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace suture {

struct PatchPackage {
    // Of letters, digits and .+~_- alone, so that it can be a part of paths and scripts as it is.
    PatchId id;
    std::string machine = {}; // as uname -m
    Metadata metadata = {};
    bool needs_suture = false;
    std::time_t built = 0;                           // when the module was
    std::shared_ptr<const std::string> content = {}; // of the module
    std::filesystem::path source = {};               // where the module lay

    // Where it lies once it is installed, below the root.
    std::filesystem::path module() const {
        return std::filesystem::path("usr/lib/suture") / id.release / (id.name + ".ko");
    }
};

// Of the only module in the folder. Fails where it does not say of itself what it is, as `klp
// install` would.
Result<PatchPackage> read_patch_package(const std::filesystem::path &folder);

// What the package says of itself in one line, and in more: no line is empty, and all are of
// printable ASCII.
std::string summary_of(const PatchPackage &package);
std::vector<std::string> description_of(const PatchPackage &package);

// The scripts for sh that both package systems run, after the installation and before the removal.
std::string post_install_script(const PatchPackage &package);
std::string pre_removal_script(const PatchPackage &package);

Error package_error(const std::filesystem::path &subject, std::string why, std::string hint);

} // namespace suture
