// What the author of a patch says of it.

#include "libklp/verify/checks.h"

#include <ctime>
#include <fmt/chrono.h>
#include <fmt/format.h>
#include <string_view>

namespace suture::checks {

namespace {

constexpr std::string_view day_pattern = "dddd-dd-dd";

std::string today() {
    return fmt::format("{:%Y-%m-%d}", fmt::gmtime(std::time(nullptr)));
}

} // namespace

bool is_day(const std::string &text) {
    if (text.size() != day_pattern.size())
        return false;
    for (size_t index = 0; index < text.size(); ++index) {
        const bool is_digit = text[index] >= '0' && text[index] <= '9';
        if (day_pattern[index] == 'd' ? !is_digit : text[index] != day_pattern[index])
            return false;
    }
    return true;
}

// As text they are ordered as days are.
bool is_past(const std::string &last, const std::string &today) {
    return is_day(last) && last < today;
}

Results metadata(const Scene &scene) {
    constexpr const char *check = "metadata";
    if (scene.file.metadata)
        return {ok(check, "what it says of itself can be read")};
    return {warning(
        check,
        fmt::format("what it says of itself cannot be read: {}", scene.file.metadata.error().why),
        scene.file.metadata.error().hint)};
}

Results expiry(const Scene &scene) {
    constexpr const char *check = "expiry";
    const std::string last = scene.file.metadata.value_or(Metadata()).expires;
    if (last.empty())
        return {ok(check, "it does not expire")};
    if (!is_day(last))
        return {unknown(check,
                        fmt::format("it expires on '{}', which is no day as 2027-06-30 is", last),
                        "ask its author until when it is meant to be used")};
    if (is_past(last, today()))
        return {warning(check, fmt::format("it was meant to be used until {}", last),
                        "look for a later patch, or a kernel that needs none")};
    return {ok(check, fmt::format("it is meant to be used until {}", last))};
}

} // namespace suture::checks
