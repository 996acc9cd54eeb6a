// The prototypes of a patch's replacements, from the BTF and the DWARF of its file.

#pragma once

#include "libklp/btf_prototypes.h"
#include "libklp/kernel_functions.h"
#include "libklp/prototype.h"

#include <map>
#include <string>
#include <tl/expected.hpp>
#include <vector>

namespace suture {

// By the replacement's name: what each description of it says.
using ReplacementPrototypes = std::map<std::string, std::vector<Prototype>, std::less<>>;

// `vmlinux`: the running kernel's, to which the types in the file's BTF refer. The file may be
// anything at all; what reads it is a process of its own. Fails, with the reason, where that ended.
tl::expected<ReplacementPrototypes, std::string>
read_replacement_prototypes(const std::string &file, const Names &functions,
                            const BtfPrototypes &vmlinux);

} // namespace suture
