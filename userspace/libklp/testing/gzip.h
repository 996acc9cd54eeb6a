// What gzip makes of a text.

#pragma once

#include <string>

namespace suture::testing {

std::string gzip(const std::string &text);

} // namespace suture::testing
