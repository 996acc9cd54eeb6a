#include "libklp/name.h"

#include "libklp/name_limits.h"

#include <algorithm>
#include <fmt/format.h>

namespace suture {

namespace {

std::string normalised(std::string_view text) {
    std::string name(text);
    std::replace(name.begin(), name.end(), '-', '_');
    return name;
}

std::string_view why_invalid(std::string_view text) {
    if (text.empty())
        return "it is empty";
    if (text.size() > longest_module_name)
        return "it is longer than a module's name can be";
    if (text == "." || text == "..")
        return "it is a directory";
    if (text.find('/') != text.npos)
        return "it contains a '/'";
    if (!std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c <= '~'; }))
        return "it contains spaces or unprintable characters";
    return {};
}

} // namespace

Result<PatchName> PatchName::parse(std::string_view text) {
    const std::string_view why = why_invalid(text);
    if (!why.empty())
        return fail({.code = ErrorCode::invalid_name,
                     .action = "use the name",
                     .subject = std::string(text),
                     .why = fmt::format("no patch can have that name: {}", why),
                     .hint = "give a name as 'klp status' prints it"});
    return PatchName(normalised(text));
}

bool PatchName::matches(std::string_view kernel_name) const {
    return normalised(kernel_name) == text_;
}

} // namespace suture
