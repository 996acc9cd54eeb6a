#include "libklp/verify/result.h"

#include <fmt/format.h>

namespace suture {

const char *to_text(Verdict verdict) {
    switch (verdict) {
    case Verdict::ok:
        return "ok";
    case Verdict::unknown:
        return "unknown";
    case Verdict::warning:
        return "warning";
    case Verdict::error:
        return "error";
    }
    return "unknown";
}

std::string to_text(const CheckResult &result) {
    std::string text;
    if (!result.object.empty())
        text += fmt::format("object '{}': ", printable(result.object));
    if (!result.function.empty())
        text += fmt::format("function '{}': ", printable(result.function));
    return text + printable(result.what);
}

} // namespace suture
