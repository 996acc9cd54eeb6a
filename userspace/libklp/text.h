// Taking text apart.

#pragma once

#include <algorithm>
#include <string_view>

namespace suture {

// Takes what comes before the first `end`, or all, off the front of `text`, and `end` with it.
inline std::string_view take(std::string_view &text, char end) {
    const std::string_view part = text.substr(0, text.find(end));
    text.remove_prefix(std::min(part.size() + 1, text.size()));
    return part;
}

// The same for a word that blanks separate from the next; empty where there is none left.
inline std::string_view take_word(std::string_view &text) {
    text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
    return take(text, ' ');
}

} // namespace suture
