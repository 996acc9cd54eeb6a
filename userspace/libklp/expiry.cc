#include "libklp/expiry.h"

#include <string_view>

namespace suture {

bool is_day(const std::string &text) {
    constexpr std::string_view form = "dddd-dd-dd";
    if (text.size() != form.size())
        return false;
    for (size_t index = 0; index < form.size(); ++index) {
        const char c = text[index];
        if (form[index] == 'd' ? c < '0' || c > '9' : c != form[index])
            return false;
    }
    return true;
}

bool is_past(const std::string &day, const std::string &today) {
    // In this form the order of the texts is that of the days.
    return is_day(day) && day < today;
}

bool is_expired(const Metadata &metadata, const std::string &today) {
    return is_past(metadata.expires, today);
}

} // namespace suture
