// Names that dpkg and rpm both take for a package.

#pragma once

#include <string>
#include <string_view>

namespace suture {

// Two or more of lower-case letters, digits and + . - after a letter or a digit.
bool is_package_name(std::string_view text);

// The one of all live patches for a kernel: "suture-livepatch-RELEASE", with what no name can have
// made lower-case, or '-'.
std::string package_name(std::string_view release);

} // namespace suture
