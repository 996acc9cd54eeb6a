// What a patch changes, from the tables in its module: klp_patch, klp_object, klp_func, as
// kernel/include/linux/livepatch.h and mainline's header of that name lay them out. In the file
// the pointers between them are relocations.

#pragma once

#include "libklp/result.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

struct Elf;

namespace suture {

struct PatchedFunction {
    std::string name; // empty: the patch fills it in when it loads
    uint64_t sympos = 0;
    std::string replacement = {}; // the symbol's name, empty where it has none
    bool operator==(const PatchedFunction &) const = default;
};

struct PatchedObject {
    std::string name; // "vmlinux" or a module
    std::vector<PatchedFunction> functions = {};
    bool operator==(const PatchedObject &) const = default;
};

// `content` is the whole file, and its section headers lie within. Fails where the file has no such
// tables, since the patch makes them only when it loads, or damaged ones.
Result<std::vector<PatchedObject>> read_patch_tables(Elf *elf, std::string_view content);

} // namespace suture
