// Guests get cores and memory of their own where no number of jobs is given.
#include "jobs.h"

#include <gtest/gtest.h>

namespace suture::harness {
namespace {

ArchRecord record(const char *accel, int smp) {
    ArchRecord record;
    record.accel = accel;
    record.smp = smp;
    record.memory_mib = 1024;
    return record;
}

const ArchRecord one_thread = record("tcg,thread=single", 2);
const ArchRecord two_threads = record("tcg,thread=multi", 2);
constexpr std::uint64_t plenty = 100'000;

TEST(Threads, AreNotProcessors) {
    EXPECT_EQ(threads_of(one_thread), 1U);
    EXPECT_EQ(threads_of(two_threads), 2U);
    EXPECT_EQ(threads_of(record("kvm", 4)), 4U);
}

TEST(Slots, AreAsManyAsCores) {
    EXPECT_EQ(default_slots({one_thread, two_threads}, {8, plenty}).count, 8U);
}

TEST(Slots, AreTakenByThreads) {
    auto slots = default_slots({one_thread, two_threads}, {8, plenty});
    EXPECT_EQ(slots.of(one_thread), 1U);
    EXPECT_EQ(slots.of(two_threads), 2U);
}

TEST(Slots, AreOneForEachGuestWhereTheirNumberIsGiven) {
    EXPECT_EQ((Slots{2}.of(two_threads)), 1U);
}

TEST(Slots, AreEnoughForAnyGuest) {
    EXPECT_EQ(default_slots({two_threads}, {1, plenty}).of(two_threads), 1U);
    EXPECT_EQ(default_slots({one_thread}, {2, 100}).count, 1U);
}

TEST(Slots, FitIntoTheMemoryThatIsFree) {
    EXPECT_EQ(default_slots({one_thread}, {8, 2 * 1536 + 1535}).count, 2U);
    EXPECT_EQ(default_slots({one_thread}, {8, 0}).count, 8U) << "nobody knows how much there is";
}

} // namespace
} // namespace suture::harness
