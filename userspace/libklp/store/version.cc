#include "libklp/store/version.h"

#include "libklp/text.h"

#include <algorithm>

namespace suture {

namespace {

// The same in every locale.
bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

// Takes what `matches` off the front.
template<typename Matches>
std::string_view take_while(std::string_view &text, Matches matches) {
    const auto end = std::find_if_not(text.begin(), text.end(), matches);
    const std::string_view taken = text.substr(0, static_cast<size_t>(end - text.begin()));
    text.remove_prefix(taken.size());
    return taken;
}

// Of the character at `index`, or of the end.
int weight(std::string_view text, size_t index) {
    if (index >= text.size())
        return 0;
    const char c = text[index];
    if (c == '~')
        return -1;
    constexpr int after_all_letters = 256;
    return is_letter(c) ? c : c + after_all_letters;
}

int compare_text(std::string_view a, std::string_view b) {
    for (size_t index = 0; index < std::max(a.size(), b.size()); ++index) {
        if (const int difference = weight(a, index) - weight(b, index))
            return difference;
    }
    return 0;
}

// By value, however long they are.
int compare_numbers(std::string_view a, std::string_view b) {
    const auto is_zero = [](char c) { return c == '0'; };
    take_while(a, is_zero);
    take_while(b, is_zero);
    if (a.size() != b.size())
        return a.size() < b.size() ? -1 : 1;
    return a.compare(b);
}

} // namespace

bool is_version(std::string_view text) {
    constexpr size_t longest = 64;
    return !text.empty() && text.size() <= longest && (is_letter(text[0]) || is_digit(text[0])) &&
           is_plain(text);
}

int compare_versions(std::string_view a, std::string_view b) {
    const auto is_text = [](char c) { return !is_digit(c); };
    while (!a.empty() || !b.empty()) {
        if (const int difference = compare_text(take_while(a, is_text), take_while(b, is_text)))
            return difference;
        if (const int difference =
                compare_numbers(take_while(a, is_digit), take_while(b, is_digit)))
            return difference;
    }
    return 0;
}

} // namespace suture
