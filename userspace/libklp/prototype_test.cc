// Differences of prototypes name the parameter and both types, and whether calls break.

#include "libklp/prototype.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace suture {
namespace {

using ::testing::IsEmpty;

const Type an_int = integer_type("int", 4);
const Type a_long = integer_type("long int", 8);
const Type a_file = pointer_type(aggregate_type("struct", "file", 200));

Prototype taking(std::vector<Parameter> parameters) {
    return {.result = an_int, .parameters = std::move(parameters)};
}

// "!" where calls break, and what.
std::string only_difference(const Prototype &original, const Prototype &replacement) {
    const std::vector<Difference> found = differences(original, replacement);
    if (found.size() != 1)
        return std::to_string(found.size()) + " differences";
    return (found[0].breaks_calls ? "! " : "") + found[0].what;
}

TEST(Prototype, NamesOfParametersMayDiffer) {
    EXPECT_THAT(differences(taking({{"a", an_int}}), taking({{"b", an_int}})), IsEmpty());
}

TEST(Prototype, IntegersAreWhatTheirSizeAndSignIs) {
    EXPECT_EQ(integer_type("long long unsigned int", 8), integer_type("unsigned long", 8));
    EXPECT_EQ(integer_type("_Bool", 1), integer_type("bool", 1));
    EXPECT_NE(integer_type("char", 1), integer_type("unsigned char", 1));
    EXPECT_NE(an_int, a_long);
}

TEST(Prototype, AnotherSizeBreaksCalls) {
    EXPECT_EQ(only_difference(taking({{"a", an_int}, {"b", an_int}}),
                              taking({{"a", an_int}, {"b", a_long}})),
              "! parameter 2 'b' is 'int', in the replacement 'long'");
    EXPECT_EQ(only_difference(taking({}), {.result = void_type(), .parameters = {}}),
              "! it returns 'int', in the replacement 'void'");
}

TEST(Prototype, AnotherNumberBreaksCalls) {
    EXPECT_EQ(only_difference(taking({}), taking({{"a", an_int}})),
              "! it takes 0 parameters, the replacement 1 parameter");
    Prototype variadic = taking({{"a", an_int}});
    variadic.variadic = true;
    EXPECT_EQ(only_difference(variadic, taking({{"a", an_int}})),
              "! it takes 1 parameter and more, the replacement 1 parameter");
}

TEST(Prototype, AnotherTargetOfAPointerIsJustAnotherName) {
    EXPECT_EQ(only_difference(taking({{"", a_file}}), taking({{"", pointer_type(void_type())}})),
              "parameter 1 is 'struct file *', in the replacement 'void *'");
    EXPECT_EQ(only_difference(taking({{"", a_file}}), taking({{"", pointer_type(a_file)}})),
              "parameter 1 is 'struct file *', in the replacement 'struct file **'");
}

TEST(Prototype, AStructHasToBeTheSame) {
    const Parameter small{"s", aggregate_type("struct", "s", 8)};
    const Parameter large{"s", aggregate_type("struct", "s", 16)};
    EXPECT_EQ(only_difference(taking({small}), taking({large})),
              "! parameter 1 's' is 'struct s' of 8 bytes, in the replacement of 16");
    EXPECT_EQ(only_difference(taking({small}), taking({{"s", a_long}})),
              "! parameter 1 's' is 'struct s', in the replacement 'long'");
}

} // namespace
} // namespace suture
