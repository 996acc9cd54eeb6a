// Prototypes of functions, as debug information tells them, made comparable: typedefs and
// qualifiers are gone, and integers have one name for a size and a sign, wherever they come from.

#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace suture {

struct Type {
    std::string text;       // "struct file *", "unsigned long"
    uint64_t size = 0;      // in bytes; 0 for void, and where it is not told
    bool aggregate = false; // a struct or a union itself
    bool operator==(const Type &) const = default;
};

Type void_type();
// `name` as compilers call it: "long long unsigned int", "_Bool".
Type integer_type(std::string_view name, uint64_t size);
Type float_type(std::string_view name, uint64_t size);
Type pointer_type(const Type &target);
Type array_type(const Type &element);
Type function_type();
Type enum_type(std::string_view name, uint64_t size);
// `keyword`: struct or union.
Type aggregate_type(std::string_view keyword, std::string_view name, uint64_t size);
// `type`, which has no name of its own, as its typedef calls it.
Type named_type(Type type, std::string_view name);

struct Parameter {
    std::string name; // may be empty
    Type type;
    bool operator==(const Parameter &) const = default;
};

struct Prototype {
    Type result;
    std::vector<Parameter> parameters;
    bool variadic = false;
    bool operator==(const Prototype &) const = default;
};

struct Difference {
    // A call goes wrong: what one passes is not what the other takes. Otherwise just the meaning of
    // something is called otherwise.
    bool breaks_calls = false;
    std::string what; // names the parameter, and both types
};

std::vector<Difference> differences(const Prototype &original, const Prototype &replacement);

} // namespace suture
