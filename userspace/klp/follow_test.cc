// Events are printed as they come, until there have been enough, the time is up, somebody asks for
// an end, or none can come any more.

#include "klp/follow.h"
#include "klp/stop_signals.h"
#include "libklp/testing/fake_bpf.h"
#include "libklp/testing/fake_tracefs.h"

#include <csignal>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sstream>

namespace suture {
namespace {

using namespace std::chrono_literals;
using namespace testing;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr const char *pipe_path = "sys/kernel/tracing/instances/klp-412/trace_pipe";
constexpr const char *woken = "a-1 [000] 1.250000: task_woken: comm=a pid=1\n";
constexpr const char *woken_line = "2026-01-01T00:00:01.250000Z 1 (a) is woken, to leave where it "
                                   "sleeps\n";
constexpr const char *lost = "CPU:0 [LOST 2 EVENTS]\n";

class FollowTest : public ::testing::Test {
  protected:
    void comes(Clock::Duration when, const std::string &text) {
        clock.plan(when, [this, text] { machine.append(pipe_path, text); });
    }
    Result<void> run(const Following &following) {
        Result<EventStream> events = EventStream::open(machine.environment(), bpf, tracefs, 412);
        return follow(events.value(), clock, out, following);
    }

    FakeMachine machine;
    FakeTracefs tracefs{machine};
    FakeBpf bpf;
    FakeClock clock;
    std::ostringstream out;
};

TEST_F(FollowTest, ShowsEventsAsTheyComeUntilTheTimeIsUp) {
    comes(500ms, woken);
    clock.plan(900ms, [this] { EXPECT_EQ(out.str(), woken_line); });
    comes(1500ms, woken);
    EXPECT_TRUE(run({.timeout = 2050ms}));
    EXPECT_EQ(out.str(), std::string(woken_line) + woken_line);
    EXPECT_EQ(clock.elapsed(), 2050ms);
    EXPECT_THAT(tracefs.removed, ElementsAre("klp-412"));
}

TEST_F(FollowTest, EndsAfterSoManyEvents) {
    comes(500ms, std::string(woken) + lost + woken + woken);
    EXPECT_TRUE(run({.json = true, .count = 2, .timeout = 60s}));
    EXPECT_LT(clock.elapsed(), 1s);
    const std::string shown = out.str();
    EXPECT_EQ(std::count(shown.begin(), shown.end(), '\n'), 3); // what was lost does not count
    EXPECT_THAT(shown, HasSubstr(R"("event":"lost","cpu":0,"patch":null,"lost":2})"));
}

TEST_F(FollowTest, TooFewAreAnError) {
    comes(500ms, woken);
    const Result<void> followed = run({.count = 2, .timeout = 1s});
    ASSERT_FALSE(followed);
    EXPECT_THAT(to_text(followed.error()), HasSubstr("only 1 of 2 had come"));
    EXPECT_EQ(out.str(), woken_line);
}

TEST_F(FollowTest, EndsWhenItIsAskedToAndLeavesNothing) {
    for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
        const StopSignals signals;
        clock = FakeClock();
        tracefs.removed.clear();
        clock.plan(1s, [signal] { std::raise(signal); });
        EXPECT_TRUE(run({.stop = [&] { return signals.arrived(); }}));
        EXPECT_LE(clock.elapsed(), 1100ms);
        EXPECT_THAT(tracefs.removed, ElementsAre("klp-412"));
    }
}

TEST_F(FollowTest, EndsWithItsReader) {
    std::ostream broken(nullptr);
    Result<EventStream> events = EventStream::open(machine.environment(), bpf, tracefs, 412);
    EXPECT_TRUE(follow(events.value(), clock, broken, {.count = 9}));
    EXPECT_LT(clock.elapsed(), 1s);
}

TEST_F(FollowTest, EndsWithSutureAfterTheLastOfItsEvents) {
    comes(500ms, woken);
    clock.plan(500ms,
               [this] { machine.remove("sys/kernel/tracing/instances/klp-412/events/suture"); });
    const Result<void> followed = run({});
    ASSERT_FALSE(followed);
    EXPECT_THAT(to_text(followed.error()), HasSubstr("Suture was unloaded"));
    EXPECT_EQ(out.str(), woken_line);
}

} // namespace
} // namespace suture
