// Where things are in the store. What begins with a dot is its own, everything else somebody's
// release, name or version.
//
//	RELEASE/.active			which patch: a line NAME=VERSION
//	RELEASE/.trying			which one a boot was about to load: NAME=VERSION BOOT
//	RELEASE/NAME/VERSION/NAME.ko
//	RELEASE/NAME/VERSION/SHA256SUMS
//	RELEASE/NAME/VERSION/PACKAGE	which package brought it, if one did: a line
//
// A `.tmp`, or what has one behind its name, is what was not finished; whoever holds the lock may
// remove it.

#pragma once

#include "libklp/store/patch_id.h"

#include <filesystem>

namespace suture {

inline constexpr const char *unfinished = ".tmp";

// What a file of a kernel is called until it is whole. Each has a name of its own, so that none is
// in the way of another.
inline std::filesystem::path temporary_of(std::filesystem::path file) {
    return file += unfinished;
}

struct Layout {
    std::filesystem::path root;

    std::filesystem::path kernel(const std::string &release) const { return root / release; }
    std::filesystem::path active(const std::string &release) const {
        return kernel(release) / ".active";
    }
    std::filesystem::path attempt(const std::string &release) const {
        return kernel(release) / ".trying";
    }
    std::filesystem::path name(const PatchId &id) const { return kernel(id.release) / id.name; }
    std::filesystem::path version(const PatchId &id) const { return name(id) / id.version; }
    std::filesystem::path module(const PatchId &id) const {
        return version(id) / (id.name + ".ko");
    }
    std::filesystem::path digest(const PatchId &id) const { return version(id) / "SHA256SUMS"; }
    std::filesystem::path package(const PatchId &id) const { return version(id) / "PACKAGE"; }
};

} // namespace suture
