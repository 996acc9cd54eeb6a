// Prototypes from the DWARF of a module's file, which is not linked yet.

#pragma once

#include "libklp/kernel_functions.h"
#include "libklp/prototype.h"

#include <map>
#include <string>
#include <vector>

namespace suture {

// Of the functions of these names; none without DWARF. Several of one name where several have it.
// `image`, the bytes of the file, may be anything at all, and libdw is known to fall for some of
// it: call this in a process of its own.
std::map<std::string, std::vector<Prototype>> dwarf_prototypes(std::string image,
                                                               const Names &functions);

} // namespace suture
