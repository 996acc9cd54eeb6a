// What a patch says about itself in the ELF notes of its module: kernel/include/suture/metadata.h
// describes their form and makes them. They may come from any file, so every size in them is
// checked; what they say is text from outside, and printable() before it is shown.

#pragma once

#include "libklp/result.h"

#include <bit>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace suture {

// The section of a module that holds them, and the file below /sys/module/NAME/notes.
inline constexpr const char *metadata_section = ".note.Suture";

struct Cve {
    std::string name;
    std::string score = {}; // the CVSS base score as the patch gives it, empty if it gives none
    bool operator==(const Cve &) const = default;
};

// The one build of an object that the patch was made for.
struct ObjectBuild {
    std::string object;
    std::string kind; // build-id, srcversion or release
    std::string id;
    bool operator==(const ObjectBuild &) const = default;
};

struct Metadata {
    std::string version = {}; // of the patch; this and each of the others may be empty
    std::string kernel = {};  // the release that it was built for
    std::string description = {};
    std::string expires = {}; // the last day, YYYY-MM-DD
    bool initial = false;     // a patch that changes nothing: the first version of a series
    std::vector<Cve> cves = {};
    std::vector<std::string> bugs = {};
    std::vector<ObjectBuild> objects = {};
    bool operator==(const Metadata &) const = default;
};

// `notes` is the content of the section. Fails where its form is wrong; nothing at all is no
// metadata, which is fine.
Result<Metadata> parse_metadata(std::string_view notes, std::endian byte_order);

// Of a loaded module, from the running kernel; no metadata if it has none or is gone.
Result<Metadata> loaded_metadata(const std::filesystem::path &sys, const std::string &module);

} // namespace suture
