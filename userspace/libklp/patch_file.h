// What a patch's .ko file says about itself. The file may be anything at all, hostile included: it
// is read through libelf, and every offset in it is checked against its size first.

#pragma once

#include "libklp/metadata.h"
#include "libklp/module_signature.h"
#include "libklp/name.h"
#include "libklp/patch_tables.h"
#include "libklp/result.h"

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace suture {

struct PatchFile {
    std::filesystem::path path;
    std::string name;                 // what the kernel will call it, whatever the file is called
    std::string machine;              // as uname -m calls it
    std::string vermagic;             // "6.1.0-50-amd64 SMP preempt mod_unload modversions "
    std::string source_version;       // modinfo's srcversion, empty if built without
    std::string build_id_note;        // the whole note, as /sys/module/NAME/notes has it
    std::vector<std::string> depends; // modules that have to be loaded first
    bool is_livepatch = false;        // marked as one, for either runtime
    std::string late_link_section;    // the first that mainline's livepatch is to link, if any
    Result<Metadata> metadata = {};   // what its author says of it; damage there harms nothing else
    std::optional<Result<ModuleSignature>> signature = {};
    Result<std::vector<PatchedObject>> objects = {}; // what it changes, where the file tells
    std::shared_ptr<const std::string> content = {}; // of the whole file, as it was read

    std::string kernel_release() const { return vermagic.substr(0, vermagic.find(' ')); }
    bool needs_suture() const;
};

Result<PatchFile> read_patch_file(const std::filesystem::path &path);

// The same in two steps, for those who need the very bytes that were looked at.
Result<std::string> read_module_bytes(const std::filesystem::path &path);
Result<PatchFile> parse_patch_file(const std::filesystem::path &path, std::string content);

// The patch that a person means by a name, or by the path of its .ko file.
Result<PatchName> name_of_argument(const std::string &argument);

} // namespace suture
