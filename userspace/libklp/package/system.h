// dpkg and rpm, as far as they differ.

#pragma once

#include "libklp/package/label.h"
#include "libklp/package/tools.h"

#include <filesystem>
#include <vector>

namespace suture {

// What it takes to make a package of either.
struct PackageJob {
    const PatchPackage &package;
    PackageLabel label;
    std::filesystem::path scratch; // an empty folder, which is removed afterwards
    Tools &tools;
};

struct PackageSystem {
    const char *name;       // "deb"
    const char *tool;       // that makes its packages
    const char *how_to_get; // the tool
    Result<PackageLabel> (*label)(const PatchPackage &package);
    // Gives the file, which lies in the scratch folder.
    Result<std::filesystem::path> (*build)(const PackageJob &job);
};

const std::vector<PackageSystem> &package_systems();

// The files that describe a package to its system.
std::string deb_control(const PackageJob &job);
std::string rpm_spec(const PackageJob &job);

Result<std::filesystem::path> build_deb(const PackageJob &job);
Result<std::filesystem::path> build_rpm(const PackageJob &job);

// Writes a file below `root`, and the folders above it, that everybody may read, and with the mode
// 0755 execute, whatever the umask.
Result<void> put_file(const std::filesystem::path &root, const std::filesystem::path &relative,
                      std::string_view content, unsigned mode);

// Runs the tool of the job's system. What depends on when and where that is depends on the module
// alone.
Result<void> run_tool(const PackageJob &job, const std::vector<std::string> &command);

} // namespace suture
