// Reading and writing sysfs. Anything in it may vanish between two looks, even between open() and
// read(); that is ErrorCode::gone, never a failure of another kind.

#pragma once

#include "libklp/result.h"

#include <filesystem>
#include <string>
#include <vector>

namespace suture {

// What an errno from sysfs means.
Error sysfs_error(const char *action, const std::filesystem::path &path, int error_number);

// A whole file of at most `limit` bytes, of tracefs, debugfs or /proc too.
Result<std::string> read_text(const std::filesystem::path &path, size_t limit);

// Without the newline at the end.
Result<std::string> read_attribute(const std::filesystem::path &path);
Result<bool> read_flag(const std::filesystem::path &path);
Result<unsigned> read_number(const std::filesystem::path &path);

Result<void> write_attribute(const std::filesystem::path &path, std::string_view value);

// Names, sorted.
Result<std::vector<std::string>> list_directories(const std::filesystem::path &path);

} // namespace suture
