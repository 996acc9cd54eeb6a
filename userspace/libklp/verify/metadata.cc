// What the author of a patch says of it.

#include "libklp/expiry.h"
#include "libklp/verify/checks.h"

#include <fmt/format.h>

namespace suture::checks {

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
    if (is_past(last, scene.today))
        return {warning(check, fmt::format("it was meant to be used until {}", last),
                        "look for a later patch, or a kernel that needs none")};
    return {ok(check, fmt::format("it is meant to be used until {}", last))};
}

} // namespace suture::checks
