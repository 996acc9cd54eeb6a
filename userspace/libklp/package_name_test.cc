// Names that both package systems take.

#include "libklp/package_name.h"

#include <gtest/gtest.h>

namespace suture {
namespace {

TEST(PackageName, IsMadeOfTheKernelsRelease) {
    EXPECT_EQ(package_name("6.1.0-50-amd64"), "suture-livepatch-6.1.0-50-amd64");
    EXPECT_EQ(package_name("5.14.0-427.el9.x86_64"), "suture-livepatch-5.14.0-427.el9.x86-64");
    EXPECT_EQ(package_name("6.6.0-RT15+"), "suture-livepatch-6.6.0-rt15+");
    EXPECT_EQ(package_name("6.1~a/b'$(c)"), "suture-livepatch-6.1-a-b---c-");
    for (const char *release : {"6.1.0-50-amd64", "6.6.0_RT+", "a'b"})
        EXPECT_TRUE(is_package_name(package_name(release))) << release;
}

TEST(PackageName, IsCheckedWhereItIsGiven) {
    for (const char *name : {"klp", "a1", "0ad", "libstdc++6", "suture-livepatch-6.1.0-50-amd64"})
        EXPECT_TRUE(is_package_name(name)) << name;
    for (const char *name : {"", "a", "Klp", "-klp", ".klp", "../klp", "k lp", "klp\n", "k_lp"})
        EXPECT_FALSE(is_package_name(name)) << name;
    EXPECT_FALSE(is_package_name(std::string(129, 'a')));
}

} // namespace
} // namespace suture
