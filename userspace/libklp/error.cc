#include "libklp/error.h"

#include <cstring>
#include <fmt/format.h>

namespace suture {

namespace {

constexpr size_t longest_shown = 400;

void append_named(std::string &text, std::string_view kind, const std::string &name) {
    if (!name.empty())
        text += fmt::format("{} '{}': ", kind, printable(name));
}

} // namespace

std::string to_text(const Error &error) {
    std::string text = fmt::format("cannot {}", error.action);
    if (!error.subject.empty())
        text += fmt::format(" '{}'", printable(error.subject));
    text += ": ";
    append_named(text, "patch", error.patch);
    append_named(text, "object", error.object);
    append_named(text, "function", error.function);
    text += printable(error.why);
    for (const std::string &line : error.kernel_log)
        text += fmt::format("\n  kernel: {}", printable(line));
    if (!error.hint.empty())
        text += fmt::format("\n  hint: {}", printable(error.hint));
    return text;
}

std::string errno_text(int error_number) {
    const char *description = strerrordesc_np(error_number);
    const char *name = strerrorname_np(error_number);
    if (description == nullptr || name == nullptr)
        return fmt::format("error {}", error_number);
    return fmt::format("{} ({})", description, name);
}

std::string printable(std::string_view text) {
    std::string shown;
    for (const char c : text.substr(0, longest_shown)) {
        if (c >= ' ' && c <= '~')
            shown += c;
        else
            shown += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
    }
    if (text.size() > longest_shown)
        shown += fmt::format("... ({} characters)", text.size());
    return shown;
}

} // namespace suture
