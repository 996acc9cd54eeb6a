// A name that a person gives can be no path, no control sequence and no longer than a module's.

#include "libklp/name.h"

#include <gtest/gtest.h>

namespace suture {
namespace {

TEST(PatchName, TakesWhatModulesAreCalled) {
    for (const char *name : {"demo", "livepatch_sample", "kpatch-5.10", "a"})
        EXPECT_TRUE(PatchName::parse(name)) << name;
    EXPECT_TRUE(PatchName::parse(std::string(55, 'x')));
}

TEST(PatchName, DashesAndUnderscoresAreEqual) {
    const auto name = PatchName::parse("my-live_patch");
    ASSERT_TRUE(name);
    EXPECT_EQ(name->text(), "my_live_patch");
    EXPECT_TRUE(name->matches("my_live_patch"));
    EXPECT_TRUE(name->matches("my-live-patch"));
    EXPECT_FALSE(name->matches("my_live_patch2"));
}

class HostileName : public ::testing::TestWithParam<std::string> {};

TEST_P(HostileName, IsRefusedWithAReason) {
    const auto name = PatchName::parse(GetParam());
    ASSERT_FALSE(name);
    EXPECT_EQ(name.error().code, ErrorCode::invalid_name);
    EXPECT_FALSE(name.error().why.empty());
    EXPECT_FALSE(name.error().hint.empty());
}

INSTANTIATE_TEST_SUITE_P(All, HostileName,
                         ::testing::Values("", ".", "..", "../demo", "a/b", "/etc/passwd", "a\nb",
                                           std::string("a\0b", 3), "a b", "\x1b[2J", "d\xc3\xa9mo",
                                           std::string(56, 'x'), std::string(10000, 'x')));

} // namespace
} // namespace suture
