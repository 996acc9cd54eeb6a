// Which patch for which kernel: what a patch's file says of itself, and where it has its place in
// the store.

#pragma once

#include "libklp/environment.h"
#include "libklp/name.h"
#include "libklp/patch_file.h"
#include "libklp/result.h"

#include <optional>
#include <string>
#include <vector>

namespace suture {

// Each part has been found fit to name a folder.
struct PatchId {
    std::string release; // of the kernel, as uname -r
    std::string name;    // of the patch, as the kernel calls its module
    std::string version;
    bool operator==(const PatchId &) const = default;
};

// "NAME=VERSION"
std::string to_text(const PatchId &id);

// Whether `text` can be a kernel's release, and so a folder of the store.
bool is_release(std::string_view text);

// The same of what a person gives.
Result<std::string> parse_release(const std::string &text);

// What a command that is about that kernel needs to be told: " --kernel RELEASE", or nothing where
// it is the running one.
std::string kernel_option(const Environment &environment, const std::string &release);

// Fails where the file does not say of itself what it is.
Result<PatchId> identity_of(const PatchFile &file);

// What a person means by NAME, NAME=VERSION, a package that brought it, or both.
struct PatchSpec {
    std::optional<PatchName> name = std::nullopt;
    std::optional<std::string> version = std::nullopt;
    std::optional<std::string> package = std::nullopt;
    bool every_version = false; // a NAME alone means all versions of it, however many there are
    // The same, but these are all that somebody was shown.
    std::optional<std::vector<PatchId>> shown = std::nullopt;

    // As far as the name and the version tell.
    bool matches(const PatchId &id) const {
        return (!name || name->matches(id.name)) && version.value_or(id.version) == id.version;
    }
};
Result<PatchSpec> parse_spec(const std::string &text);

} // namespace suture
