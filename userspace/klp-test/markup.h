// Text in XML and HTML.
#pragma once

#include <string>
#include <string_view>

namespace suture::harness {

// XML 1.0 has no way to say most control characters at all, and bytes of a test's output or of a
// task's name need not be UTF-8: what is not plain ASCII is replaced.
std::string escaped(std::string_view text);

} // namespace suture::harness
