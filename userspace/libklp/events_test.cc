// Each event of a task is attributed to the patch whose transition runs, and to none where that is
// not sure.

#include "libklp/events.h"
#include "libklp/testing/fake_tracefs.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace suture {
namespace {

using namespace testing;
using ::testing::ElementsAre;

constexpr const char *start = "a-1 [000] 1.000000: transition_start: patch=demo target=patched "
                              "tasks=2\n";
constexpr const char *turn = "a-1 [000] 2.000000: transition_reversed: patch=demo "
                             "target=unpatched tasks=2\n";
constexpr const char *end = "a-1 [000] 3.000000: transition_complete: patch=demo "
                            "target=unpatched duration_us=1 forced=0\n";
constexpr const char *task = "a-1 [000] 2.500000: task_woken: comm=a pid=1\n";
constexpr const char *lost = "CPU:0 [LOST 2 EVENTS]\n";

class EventsTest : public ::testing::Test {
  protected:
    Result<EventStream> open() { return EventStream::open(machine.environment(), tracefs, 412); }
    void trace(const std::string &text) {
        machine.append("sys/kernel/tracing/instances/klp-412/trace_pipe", text);
    }
    // Whose each event is, of those that came with the text.
    std::vector<std::string> patches(EventStream &events, const std::string &text) {
        trace(text);
        std::vector<std::string> names;
        for (const Event &event : events.next().value())
            names.push_back(event.patch);
        return names;
    }

    FakeMachine machine;
    FakeTracefs tracefs{machine};
};

TEST_F(EventsTest, OfTasksAreThoseOfTheTransitionThatRuns) {
    Result<EventStream> events = open();
    ASSERT_TRUE(events) << to_text(events.error());
    EXPECT_THAT(patches(*events, task), ElementsAre(""));
    EXPECT_THAT(patches(*events, std::string(start) + task), ElementsAre("demo", "demo"));
    EXPECT_THAT(patches(*events, std::string(turn) + task), ElementsAre("demo", "demo"));
    EXPECT_THAT(patches(*events, std::string(end) + task), ElementsAre("demo", ""));
}

TEST_F(EventsTest, AreNobodysWhenSomeWereLost) {
    Result<EventStream> events = open();
    ASSERT_TRUE(events);
    EXPECT_THAT(patches(*events, std::string(start) + lost + task), ElementsAre("demo", "", ""));
    EXPECT_THAT(patches(*events, std::string(turn) + task), ElementsAre("demo", "demo"));
}

TEST_F(EventsTest, OfATransitionThatRanBeforeAreItsOwn) {
    machine.add({directory("sys/kernel/suture", {patch("other"), patch("demo", {"1", "1"})}),
                 directory("sys/kernel/livepatch", {patch("theirs", {"1", "1"})})});
    Result<EventStream> events = open();
    ASSERT_TRUE(events);
    EXPECT_THAT(patches(*events, task), ElementsAre("demo"));
}

TEST_F(EventsTest, EndWithSuture) {
    Result<EventStream> events = open();
    ASSERT_TRUE(events);
    trace(start);
    machine.remove("sys/kernel/tracing/instances/klp-412/events/suture");
    EXPECT_EQ(events->next().value().size(), 1u);
    const auto over = events->next();
    ASSERT_FALSE(over);
    EXPECT_EQ(over.error().code, ErrorCode::gone);
}

} // namespace
} // namespace suture
