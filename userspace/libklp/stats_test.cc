// Counters are read by whatever name they have, and nothing else is taken for one.

#include "libklp/stats.h"
#include "libklp/testing/fake_machine.h"

#include <gtest/gtest.h>

namespace suture {
namespace {

using namespace testing;

TEST(Stats, AreNamesAndNumbers) {
    EXPECT_EQ(parse_stats("transitions 3\nlongest_task_us 18446744073709551615\n"),
              (std::vector<Stat>{{"transitions", 3}, {"longest_task_us", UINT64_MAX}}));
}

TEST(Stats, OtherLinesAreLeftOut) {
    EXPECT_EQ(parse_stats("\n 4\nname\nname \nname x\nname -1\nname 1 2\na 5"),
              (std::vector<Stat>{{"a", 5}}));
}

TEST(Stats, AreNoneWithoutSuture) {
    EXPECT_TRUE(read_stats(FakeMachine().environment()).empty());
    const FakeMachine machine({file("proc/suture/stats", "woken 1\n")});
    EXPECT_EQ(read_stats(machine.environment()), (std::vector<Stat>{{"woken", 1}}));
}

} // namespace
} // namespace suture
