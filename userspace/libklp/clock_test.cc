// Polling is quick when the thing waited for is, sparing when it is not, and never late or early
// at the deadline.

#include "libklp/clock.h"
#include "libklp/testing/fake_machine.h"

#include <gtest/gtest.h>

namespace suture {
namespace {

using namespace std::chrono_literals;
using testing::FakeClock;

TEST(PollUntil, DoesNotSleepWhenDoneAtOnce) {
    FakeClock clock;
    EXPECT_TRUE(poll_until(clock, clock.now() + 1s, [] { return true; }));
    EXPECT_EQ(clock.sleeps(), 0);
}

TEST(PollUntil, AddsLittleToAWaitOfMilliseconds) {
    FakeClock clock;
    bool done = false;
    clock.plan(5ms, [&] { done = true; });
    EXPECT_TRUE(poll_until(clock, clock.now() + 60s, [&] { return done; }));
    EXPECT_LT(clock.elapsed(), 10ms);
}

TEST(PollUntil, BacksOffInALongWait) {
    FakeClock clock;
    EXPECT_FALSE(poll_until(clock, clock.now() + 60s, [] { return false; }));
    EXPECT_LT(clock.sleeps(), 60 * 25);
}

TEST(PollUntil, EndsExactlyAtTheDeadlineAndAsksOnceMoreThere) {
    FakeClock clock;
    bool done = false;
    clock.plan(1s, [&] { done = true; });
    EXPECT_TRUE(poll_until(clock, clock.now() + 1s, [&] { return done; }));
    EXPECT_EQ(clock.elapsed(), 1s);
}

TEST(PollUntil, AsksOnceEvenWhenTheDeadlineHasPassed) {
    FakeClock clock;
    int asked = 0;
    EXPECT_FALSE(poll_until(clock, clock.now() - 1s, [&] {
        ++asked;
        return false;
    }));
    EXPECT_EQ(asked, 1);
    EXPECT_EQ(clock.sleeps(), 0);
}

TEST(SteadyClock, Sleeps) {
    SteadyClock clock;
    const auto start = clock.now();
    clock.sleep(2ms);
    EXPECT_GE(clock.now() - start, 2ms);
}

} // namespace
} // namespace suture
