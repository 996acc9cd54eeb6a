// Versions of patches, and which of two is the later.

#pragma once

#include <string_view>

namespace suture {

// Letters, digits and . + ~ _ - after a letter or a digit: it names a folder.
bool is_version(std::string_view text);

// Negative if `a` comes before `b`, 0 if neither does. The order is that of a Debian package's
// upstream version (deb-version(7)): text and numbers by turns, text by letters before all else and
// '~' before even the end, numbers by value. "1~rc1" < "1" < "1.2" < "1.10" < "2".
int compare_versions(std::string_view a, std::string_view b);

} // namespace suture
