// What a kernel's guests need beyond their architecture's record.
#include "guest_record.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace suture::harness {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

ArchRecord arch() {
    ArchRecord record;
    record.memory_mib = 1024;
    record.slowdown = 3;
    return record;
}

TEST(GuestRecord, ReadsEveryKey) {
    auto record = parse_guest_record("# a comment\nTIMES_SLOWER=4\nMEMORY=2048\n"
                                     "KERNEL_ARGUMENTS=a=40,b.c=120\n",
                                     "guest.env");
    ASSERT_TRUE(record) << record.error().message;
    EXPECT_EQ(record->times_slower, 4);
    EXPECT_EQ(record->memory_mib, 2048);
    EXPECT_THAT(record->kernel_arguments, ElementsAre("a=40", "b.c=120"));
}

TEST(GuestRecord, ScalesTheLimitsAndMakesRoom) {
    auto record = parse_guest_record("TIMES_SLOWER=4\nMEMORY=2048\n", "guest.env");
    ASSERT_TRUE(record) << record.error().message;
    EXPECT_EQ(record->fit(arch()).slowdown, 12);
    EXPECT_EQ(record->fit(arch()).memory_mib, 2048);
}

TEST(GuestRecord, TakesNoMemoryAway) {
    auto record = parse_guest_record("MEMORY=512\n", "guest.env");
    ASSERT_TRUE(record) << record.error().message;
    EXPECT_EQ(record->fit(arch()).memory_mib, 1024);
    EXPECT_EQ(record->fit(arch()).slowdown, 3);
}

TEST(GuestRecord, MayBeMissing) {
    auto record = load_guest_record("/nonexistent");
    ASSERT_TRUE(record) << record.error().message;
    EXPECT_EQ(record->fit(arch()).slowdown, 3);
    EXPECT_EQ(record->fit(arch()).memory_mib, 1024);
    EXPECT_THAT(record->kernel_arguments, IsEmpty());
}

TEST(GuestRecord, RefusesWhatIsNoPositiveNumber) {
    for (const char *bad :
         {"TIMES_SLOWER=0", "TIMES_SLOWER=2x", "TIMES_SLOWER=", "MEMORY=-1", "KERNEL_ARGUMENTS="}) {
        EXPECT_FALSE(parse_guest_record(bad, "guest.env")) << bad;
    }
}

} // namespace
} // namespace suture::harness
