#include "libklp/prototype.h"

#include <algorithm>
#include <fmt/format.h>

namespace suture {

namespace {

using std::string_view;

// Of the 64-bit machines that there are.
constexpr uint64_t kernel_pointer_size = 8;

bool has(string_view text, string_view part) {
    return text.find(part) != text.npos;
}

std::string name_of_integer(string_view name, uint64_t size) {
    if (has(name, "char") || size == 0)
        return std::string(name);
    if (has(name, "ool"))
        return "bool";
    const char *sign = has(name, "unsigned") ? "unsigned " : "";
    switch (size) {
    case 1:
        return fmt::format("{}char", sign);
    case 2:
        return fmt::format("{}short", sign);
    case 4:
        return fmt::format("{}int", sign);
    case 8:
        return fmt::format("{}long", sign);
    default:
        return std::string(name);
    }
}

bool is_same(const Type &a, const Type &b) {
    return a.text == b.text && a.size == b.size;
}

// Whether what a caller passes as one can be taken as the other.
bool is_passed_alike(const Type &a, const Type &b) {
    return a.size == b.size && !a.aggregate && !b.aggregate;
}

// Both, with what tells them apart.
std::string both(const Type &original, const Type &replacement) {
    if (original.text != replacement.text)
        return fmt::format("'{}', in the replacement '{}'", original.text, replacement.text);
    return fmt::format("'{}' of {} bytes, in the replacement of {}", original.text, original.size,
                       replacement.size);
}

std::string name_of(const Parameter &parameter, size_t index) {
    return parameter.name.empty() ? fmt::format("parameter {}", index + 1)
                                  : fmt::format("parameter {} '{}'", index + 1, parameter.name);
}

std::string count_of(const Prototype &prototype) {
    const size_t count = prototype.parameters.size();
    return fmt::format("{} parameter{}{}", count, count == 1 ? "" : "s",
                       prototype.variadic ? " and more" : "");
}

} // namespace

Type void_type() {
    return {.text = "void"};
}

Type integer_type(string_view name, uint64_t size) {
    return {.text = name_of_integer(name, size), .size = size};
}

Type float_type(string_view name, uint64_t size) {
    // Not passed where integers of the size are.
    return {.text = std::string(name), .size = size, .aggregate = true};
}

Type pointer_type(const Type &target) {
    return {.text = fmt::format("{}{}*", target.text, target.text.ends_with('*') ? "" : " "),
            .size = kernel_pointer_size};
}

Type array_type(const Type &element) {
    // Dimensions are counted in DWARF and BTF in ways of their own.
    return {.text = fmt::format("{}{}", element.text, element.text.ends_with("[]") ? "" : "[]")};
}

Type function_type() {
    return {.text = "function"};
}

Type enum_type(string_view name, uint64_t size) {
    return {.text = fmt::format("enum{}{}", name.empty() ? "" : " ", name), .size = size};
}

Type aggregate_type(string_view keyword, string_view name, uint64_t size) {
    return {.text = fmt::format("{}{}{}", keyword, name.empty() ? "" : " ", name),
            .size = size,
            .aggregate = true};
}

Type named_type(Type type, string_view name) {
    type.text = name;
    return type;
}

std::vector<Difference> differences(const Prototype &original, const Prototype &replacement) {
    std::vector<Difference> found;
    const auto compare = [&](const std::string &what, const Type &a, const Type &b) {
        if (!is_same(a, b))
            found.push_back({.breaks_calls = !is_passed_alike(a, b),
                             .what = fmt::format("{} {}", what, both(a, b))});
    };
    const size_t shared = std::min(original.parameters.size(), replacement.parameters.size());
    compare("it returns", original.result, replacement.result);
    if (original.parameters.size() != replacement.parameters.size() ||
        original.variadic != replacement.variadic)
        found.push_back({.breaks_calls = true,
                         .what = fmt::format("it takes {}, the replacement {}", count_of(original),
                                             count_of(replacement))});
    for (size_t index = 0; index < shared; ++index) {
        const Parameter &parameter = original.parameters[index];
        compare(fmt::format("{} is", name_of(parameter, index)), parameter.type,
                replacement.parameters[index].type);
    }
    return found;
}

} // namespace suture
