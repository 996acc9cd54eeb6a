// The manual page klp(8), made from the table of verbs.

#pragma once

#include <string>

namespace suture {

std::string manual_page();

} // namespace suture
