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

TEST(Jobs, CountThreadsNotProcessors) {
    EXPECT_EQ(threads_of(one_thread), 1U);
    EXPECT_EQ(threads_of(two_threads), 2U);
    EXPECT_EQ(threads_of(record("kvm", 4)), 4U);
    EXPECT_EQ(default_jobs({one_thread, one_thread}, {8, plenty}), 8U);
    EXPECT_EQ(default_jobs({two_threads}, {8, plenty}), 4U);
}

TEST(Jobs, GoByTheLargestGuest) {
    EXPECT_EQ(default_jobs({one_thread, two_threads}, {8, plenty}), 4U);
}

TEST(Jobs, FitIntoTheMemoryThatIsFree) {
    EXPECT_EQ(default_jobs({one_thread}, {8, 2 * 1536 + 1535}), 2U);
    EXPECT_EQ(default_jobs({one_thread}, {8, 0}), 8U) << "nobody knows how much there is";
}

TEST(Jobs, AreNeverNone) {
    EXPECT_EQ(default_jobs({two_threads}, {1, plenty}), 1U);
    EXPECT_EQ(default_jobs({one_thread}, {2, 100}), 1U);
}

TEST(AvailableMemory, IsReadFromMeminfo) {
    EXPECT_EQ(available_mib("MemTotal:       24683932 kB\nMemFree:        20095712 kB\n"
                            "MemAvailable:   23425740 kB\nBuffers:          229760 kB\n"),
              22876U);
    EXPECT_EQ(available_mib("MemTotal: 1 kB\n"), 0U);
    EXPECT_EQ(available_mib(""), 0U);
}

} // namespace
} // namespace suture::harness
