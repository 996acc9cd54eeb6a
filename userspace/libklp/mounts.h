// What is mounted where.

#pragma once

#include "libklp/environment.h"

#include <filesystem>

namespace suture {

// Whether a folder lies on the file system that the root is on, so that nothing else has to be
// mounted for it. Not by way of a link: from elsewhere that may lead to another place. Also true
// where it cannot be told.
bool is_on_root(const Environment &environment, const std::filesystem::path &folder);

} // namespace suture
