// A patch expires after its last day, and for no other reason.

#include "libklp/expiry.h"

#include "libklp/clock.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace suture {
namespace {

TEST(Expiry, IsAfterTheLastDay) {
    const Metadata metadata{.expires = "2026-11-27"};
    EXPECT_FALSE(is_expired(metadata, "2026-11-26"));
    EXPECT_FALSE(is_expired(metadata, "2026-11-27"));
    EXPECT_TRUE(is_expired(metadata, "2026-11-28"));
    EXPECT_TRUE(is_expired(metadata, "2027-01-01"));
}

TEST(Expiry, NeedsADay) {
    for (const char *none : {"", "soon", "2026-1-1", "2026/01/01", "2026-01-01x", "0000-00-0a"})
        EXPECT_FALSE(is_expired({.expires = none}, "9999-12-31")) << none;
}

TEST(Expiry, TodayIsADay) {
    EXPECT_THAT(SteadyClock().today(), ::testing::MatchesRegex("2[0-9]{3}-[01][0-9]-[0-3][0-9]"));
}

} // namespace
} // namespace suture
