// Which versions there can be, and their order.

#include "libklp/store/version.h"

#include <gtest/gtest.h>
#include <string>

namespace suture {
namespace {

TEST(Version, IsANameForAFolderAndNoMore) {
    for (const char *good : {"1", "1.2-3", "2026.11~rc1", "a", "1+b_2"})
        EXPECT_TRUE(is_version(good)) << good;
    for (const char *bad :
         {"", ".", "..", ".1", "-1", "~1", "1/2", "../1", "1 2", "1=2", "1:2", "1\n", "\xc3\xa4"})
        EXPECT_FALSE(is_version(bad)) << bad;
    EXPECT_TRUE(is_version(std::string(64, '1')));
    EXPECT_FALSE(is_version(std::string(65, '1')));
}

TEST(Version, OrderIsDebians) {
    // Each before the next. dpkg --compare-versions says the same once a revision, "-0", is added.
    const char *const ordered[] = {"0~~",
                                   "0~~a",
                                   "0~",
                                   "0",
                                   "0a",
                                   "0+",
                                   "0.5",
                                   "1~rc1",
                                   "1~rc2",
                                   "1",
                                   "1a",
                                   "1-1",
                                   "1-2",
                                   "1-10",
                                   "1.0",
                                   "1.2",
                                   "1.9",
                                   "1.10",
                                   "2",
                                   "10",
                                   "10a",
                                   "010b",
                                   "20250101",
                                   "99999999999999999998",
                                   "99999999999999999999",
                                   "a"};
    for (size_t i = 0; i < std::size(ordered); ++i) {
        EXPECT_EQ(compare_versions(ordered[i], ordered[i]), 0) << ordered[i];
        for (size_t j = i + 1; j < std::size(ordered); ++j) {
            EXPECT_LT(compare_versions(ordered[i], ordered[j]), 0)
                << ordered[i] << ' ' << ordered[j];
            EXPECT_GT(compare_versions(ordered[j], ordered[i]), 0)
                << ordered[i] << ' ' << ordered[j];
        }
    }
}

TEST(Version, LeadingZerosSayNothing) {
    EXPECT_EQ(compare_versions("1.02", "1.2"), 0);
    EXPECT_EQ(compare_versions("0", "00"), 0);
}

} // namespace
} // namespace suture
