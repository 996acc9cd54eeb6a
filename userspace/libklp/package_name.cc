#include "libklp/package_name.h"

#include <algorithm>

namespace suture {

namespace {

bool may_begin(char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

bool may_be_in(char c) {
    return may_begin(c) || c == '+' || c == '.' || c == '-';
}

} // namespace

bool is_package_name(std::string_view text) {
    constexpr size_t longest = 128;
    return text.size() >= 2 && text.size() <= longest && may_begin(text.front()) &&
           std::all_of(text.begin(), text.end(), may_be_in);
}

std::string package_name(std::string_view release) {
    std::string name = "suture-livepatch-";
    for (const char c : release) {
        const char lower = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
        name += may_be_in(lower) ? lower : '-';
    }
    return name;
}

} // namespace suture
