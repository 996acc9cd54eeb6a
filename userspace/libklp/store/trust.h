// Whether anybody but root could have written a file that is to be loaded into the kernel.

#pragma once

#include "libklp/result.h"

#include <filesystem>
#include <sys/types.h>

namespace suture {

// Fails with ErrorCode::untrusted where `path` is not what it should be, a folder or a regular
// file, belongs to another user than `owner`, or may be written by others. It does not look at the
// folders that it is in. not_found if there is nothing.
Result<void> check_folder(const std::filesystem::path &path, uid_t owner);
Result<void> check_file(const std::filesystem::path &path, uid_t owner);

} // namespace suture
