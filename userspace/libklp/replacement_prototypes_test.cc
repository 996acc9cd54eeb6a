// The prototypes of replacements come from the BTF of the patch's file and from its DWARF, and say
// the same; a file that is damaged says nothing, or why.

#include "libklp/file.h"
#include "libklp/replacement_prototypes.h"
#include "libklp/testing/damage.h"
#include "libklp/testing/fake_btf.h"
#include "libklp/testing/fake_machine.h"
#include "libklp/testing/fake_module.h"

#include <cstddef>
#include <cstring>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <linux/btf.h>

namespace suture {
namespace {

using namespace testing;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr size_t object_limit = size_t(64) << 20;

std::vector<std::string> types_of(const Prototype &prototype) {
    std::vector<std::string> types{prototype.result.text};
    for (const Parameter &parameter : prototype.parameters)
        types.push_back(parameter.type.text);
    return types;
}

class ReplacementPrototypesTest : public ::testing::Test {
  protected:
    ReplacementPrototypesTest() {
        an_int = kernel.integer("int", 4);
        a_file = kernel.pointer(kernel.constant(kernel.structure("file", 200)));
        vmlinux = BtfPrototypes::parse(kernel.bytes(), nullptr);
    }

    ReplacementPrototypes of_sample(const Names &functions) {
        const std::string object = read_file(SUTURE_SAMPLE_OBJECT, object_limit).value_or("");
        return read_replacement_prototypes(object, functions, *vmlinux).value();
    }

    FakeBtf kernel;
    int an_int = 0;
    int a_file = 0;
    std::optional<BtfPrototypes> vmlinux;
};

TEST_F(ReplacementPrototypesTest, BtfOfTheFileRefersToTheKernels) {
    FakeBtf split(&kernel);
    const int flags = split.type_definition("flags_t", split.integer("long unsigned int", 8));
    const int nameless = split.type_definition("spot_t", split.structure("", 16));
    split.function("patched_do_it", an_int,
                   {{"file", a_file}, {"flags", flags}, {"spot", split.pointer(nameless)}});
    split.function("patched_print", 0, {{"count", an_int}, {"", 0}});
    const FakeModule module{.btf = split.bytes()};
    const auto found =
        read_replacement_prototypes(module.build(), {"patched_do_it", "patched_print"}, *vmlinux);
    ASSERT_TRUE(found) << found.error();
    ASSERT_THAT(*found, SizeIs(2));
    const Prototype &one = found->at("patched_do_it").at(0);
    EXPECT_THAT(types_of(one), ElementsAre("int", "struct file *", "unsigned long", "spot_t *"));
    EXPECT_EQ(one.parameters[1].name, "flags");
    EXPECT_FALSE(one.variadic);
    EXPECT_THAT(types_of(found->at("patched_print").at(0)), ElementsAre("void", "int"));
    EXPECT_TRUE(found->at("patched_print").at(0).variadic);
}

TEST_F(ReplacementPrototypesTest, AFunctionThatIsThereTwiceIsNotTold) {
    FakeBtf twice;
    twice.function("do_it", 0, {});
    EXPECT_TRUE(BtfPrototypes::parse(twice.bytes(), nullptr)->find("do_it"));
    twice.function("do_it", twice.integer("int", 4), {});
    EXPECT_FALSE(BtfPrototypes::parse(twice.bytes(), nullptr)->find("do_it"));
}

TEST_F(ReplacementPrototypesTest, BtfBehindAHeaderOfAnOddLengthIsNotTaken) {
    FakeBtf kernel;
    kernel.function("do_it", 0, {});
    std::string bytes = kernel.bytes();
    constexpr size_t length_at = offsetof(btf_header, hdr_len);
    uint32_t length = sizeof(btf_header);
    bytes.insert(length, 4, '\0');
    length += 4;
    std::memcpy(&bytes[length_at], &length, sizeof(length));
    EXPECT_TRUE(BtfPrototypes::parse(bytes, nullptr));
    bytes.insert(length, 1, '\0');
    ++length;
    std::memcpy(&bytes[length_at], &length, sizeof(length));
    EXPECT_FALSE(BtfPrototypes::parse(bytes, nullptr));
}

TEST_F(ReplacementPrototypesTest, DwarfOfAnObjectThatIsNotLinked) {
    const auto found =
        of_sample({"sample_show", "sample_mixed", "sample_by_value", "sample_variadic", "absent"});
    ASSERT_THAT(found, SizeIs(4));
    EXPECT_THAT(types_of(found.at("sample_show").at(0)),
                ElementsAre("int", "struct sample *", "void *"));
    EXPECT_THAT(types_of(found.at("sample_mixed").at(0)),
                ElementsAre("void", "char *", "unsigned long", "enum sample_kind",
                            "sample_counter *", "function *", "struct sample **"));
    EXPECT_THAT(types_of(found.at("sample_by_value").at(0)),
                ElementsAre("struct sample_pair", "struct sample_pair", "bool"));
    EXPECT_EQ(found.at("sample_by_value").at(0).result.size, 16u);
    EXPECT_TRUE(found.at("sample_variadic").at(0).variadic);
}

TEST_F(ReplacementPrototypesTest, WithoutDebugInformationThereAreNone) {
    EXPECT_THAT(read_replacement_prototypes(FakeModule{}.build(), {"do_it"}, *vmlinux).value(),
                IsEmpty());
}

TEST_F(ReplacementPrototypesTest, SurvivesAnyBytes) {
    const std::string whole = read_file(SUTURE_SAMPLE_OBJECT, object_limit).value_or("");
    ASSERT_FALSE(whole.empty());
    std::mt19937 random(4711);
    for (int round = 0; round < 100; ++round) {
        const std::string hostile = damaged(whole, random, 16);
        // A result or a reason, in this process still.
        (void)read_replacement_prototypes(hostile, {"sample_show"}, *vmlinux);
    }
}

} // namespace
} // namespace suture
