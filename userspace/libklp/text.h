// Taking text apart, and putting it together.

#pragma once

#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <string>
#include <string_view>
#include <vector>

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

// Whether it is of letters, digits and .+~_- alone, which are the same in every locale.
inline bool is_plain(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               std::string_view(".+~_-").find(c) != std::string_view::npos;
    });
}

inline std::string hexadecimal(std::string_view bytes) {
    std::string text;
    for (const char byte : bytes)
        text += fmt::format("{:02x}", static_cast<unsigned char>(byte));
    return text;
}

// "a, b, c, d, e and 2 more"
inline std::string some_of(std::vector<std::string> names) {
    constexpr size_t shown = 5;
    const std::string more =
        names.size() > shown ? fmt::format(" and {} more", names.size() - shown) : "";
    names.resize(std::min(names.size(), shown));
    return fmt::format("{}{}", fmt::join(names, ", "), more);
}

} // namespace suture
