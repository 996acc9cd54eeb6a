// The SHA-256 of what was put into the store, kept in the form of sha256sum(1): people can check it
// with nothing of ours.

#pragma once

#include <string>
#include <string_view>

namespace suture {

// In hexadecimal.
std::string sha256(std::string_view content);

// The line of sha256sum for that file; nothing in `name` needs its escapes.
std::string digest_line(std::string_view digest, std::string_view name);

// The digest in such a line, or nothing where it is none for `name`.
std::string digest_in(std::string_view line, std::string_view name);

} // namespace suture
