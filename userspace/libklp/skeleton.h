// The beginnings of a new live patch: a folder with a source that builds and a Kbuild file.

#pragma once

#include "libklp/result.h"

#include <filesystem>
#include <string>

namespace suture {

struct Skeleton {
    std::filesystem::path folder; // to be made; its last part is the name of the patch
    std::string function;         // the one to replace, as kallsyms has it
    std::string object = {};      // the module that it is in; empty or vmlinux: the kernel itself
};

// Makes the folder and all that is in it, or leaves nothing behind. ErrorCode::invalid_name for
// names that no patch, function or module can have; name_taken where something is there already.
Result<void> write_skeleton(const Skeleton &skeleton);

} // namespace suture
