// Each event of a task is attributed to the patch whose transition runs, and to none where that is
// not sure. They come through libbpf where that can be had, and through tracefs wherever it cannot.

#include "libklp/events.h"
#include "libklp/testing/fake_bpf.h"
#include "libklp/testing/fake_tracefs.h"
#include "libklp/testing/suture_btf.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace suture {
namespace {

using namespace testing;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

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
    Result<EventStream> open() {
        return EventStream::open(machine.environment(), bpf, tracefs, 412);
    }
    void have_btf() {
        machine.add({file("proc/modules", suture_module)});
        add_btf(machine);
    }
    // Which way is taken, and that it works.
    std::string way() {
        Result<EventStream> events = open();
        if (!events)
            return to_text(events.error());
        const bool traced = events->way() != "libbpf";
        if (traced)
            trace(start);
        else
            bpf.records = {BpfRecord{.numbers = {1, 2}, .text = {"demo"}}};
        const std::vector<Event> seen = events->next().value();
        EXPECT_EQ(seen.size(), 1u);
        EXPECT_EQ(seen.at(0).patch, "demo");
        return events->way();
    }
    void trace(const std::string &text) {
        machine.append("sys/kernel/tracing/instances/klp-412/trace_pipe", text);
    }
    // Whose each event is, of those that came with the text.
    std::vector<std::string> patches(EventStream &events, const std::string &text) {
        trace(text);
        std::vector<std::string> names;
        const std::vector<Event> seen = events.next().value();
        for (const Event &event : seen)
            names.push_back(event.patch);
        return names;
    }

    FakeMachine machine;
    FakeTracefs tracefs{machine};
    FakeBpf bpf;
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

TEST_F(EventsTest, ComeThroughLibbpfWhereThereIsBtf) {
    have_btf();
    EXPECT_EQ(way(), "libbpf");
    EXPECT_THAT(tracefs.made, IsEmpty());
    machine.remove("sys/kernel/tracing");
    EXPECT_EQ(way(), "libbpf");
}

TEST_F(EventsTest, ComeThroughTracefsWhereThereIsNoBtf) {
    EXPECT_THAT(way(), StartsWith("tracefs, as klp cannot read '"));
    EXPECT_THAT(way(), HasSubstr("vmlinux': the kernel has no BTF"));
    have_btf();
    machine.remove("sys/kernel/btf/suture");
    EXPECT_THAT(way(), HasSubstr("suture': Suture has no BTF"));
    EXPECT_THAT(bpf.loaded, IsEmpty());
}

TEST_F(EventsTest, ComeThroughTracefsWhereTheKernelTakesNoPrograms) {
    using Step = FakeBpf::Step;
    have_btf();
    for (const Step step : {Step::find_btf, Step::make_ring, Step::open_ring, Step::make_counter,
                            Step::load, Step::attach}) {
        bpf.refused = step;
        EXPECT_THAT(way(), HasSubstr("Operation not permitted (EPERM)"));
    }
    EXPECT_THAT(tracefs.made,
                ElementsAre("klp-412", "klp-412", "klp-412", "klp-412", "klp-412", "klp-412"));
    EXPECT_EQ(tracefs.removed, tracefs.made);
}

TEST_F(EventsTest, ThatCannotBeHadAtAllSayWhatTracefsLacks) {
    machine.remove("sys/kernel/tracing");
    EXPECT_THAT(way(), HasSubstr("tracefs is not mounted there"));
}

TEST_F(EventsTest, OfTasksAreThoseOfTheTransitionWhicheverWayTheyCome) {
    have_btf();
    Result<EventStream> events = open();
    ASSERT_TRUE(events);
    BpfRecord woken;
    woken.event = 5;
    bpf.records = {woken, BpfRecord{.numbers = {1, 2}, .text = {"demo"}}, woken};
    std::vector<std::string> names;
    const std::vector<Event> seen = events->next().value();
    for (const Event &event : seen)
        names.push_back(event.patch);
    EXPECT_THAT(names, ElementsAre("", "demo", "demo"));
}

} // namespace
} // namespace suture
