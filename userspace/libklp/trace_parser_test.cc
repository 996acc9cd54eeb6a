// The text of a trace_pipe is taken apart into events, whatever the tasks in it call themselves and
// wherever a piece of it ends, and what was lost is not passed over.

#include "libklp/testing/damage.h"
#include "libklp/trace_parser.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace suture {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr const char *context = "     kworker/0:1-23      [001]    12.345678: ";

// All at once.
std::vector<Event> parse(const std::string &text) {
    return TraceParser().parse(text);
}

// One event, of a task in CPU 1 at 12.345678 s.
Event parse_one(const std::string &event) {
    const std::vector<Event> events = parse(context + event + "\n");
    EXPECT_THAT(events, SizeIs(1)) << event;
    return events.empty() ? Event() : events[0];
}

Event expected(EventKind kind, const char *name) {
    return {.kind = kind, .name = name, .cpu = 1, .time = Clock::TimePoint(12345678us)};
}

TEST(TraceParser, Transitions) {
    Event event = expected(EventKind::transition_start, "transition_start");
    event.patch = "demo";
    event.target = "patched";
    event.tasks = 57;
    EXPECT_EQ(parse_one("transition_start: patch=demo target=patched tasks=57"), event);

    event.kind = EventKind::transition_reversed;
    event.name = "transition_reversed";
    event.target = "unpatched";
    EXPECT_EQ(parse_one("transition_reversed: patch=demo target=unpatched tasks=57"), event);

    event = expected(EventKind::transition_complete, "transition_complete");
    event.patch = "demo";
    event.target = "unpatched";
    event.duration_us = 81234;
    event.forced = true;
    EXPECT_EQ(
        parse_one("transition_complete: patch=demo target=unpatched duration_us=81234 forced=1"),
        event);
}

TEST(TraceParser, Tasks) {
    Event event = expected(EventKind::task_switched, "task_switched");
    event.pid = 412;
    event.comm = "reader";
    event.target = "patched";
    event.means = "asleep";
    event.pending_us = 1234;
    EXPECT_EQ(
        parse_one("task_switched: comm=reader pid=412 target=patched means=asleep pending_us=1234"),
        event);

    event = expected(EventKind::task_blocked, "task_blocked");
    event.pid = 412;
    event.comm = "reader";
    event.target = "patched";
    event.reason = "function";
    event.where = "do_it+0x5/0x9 [ext4]";
    EXPECT_EQ(parse_one("task_blocked: comm=reader pid=412 target=patched reason=function "
                        "where=do_it+0x5/0x9 [ext4]"),
              event);
    event.reason = "running";
    event.where = "";
    EXPECT_EQ(parse_one("task_blocked: comm=reader pid=412 target=patched reason=running "
                        "where=0x0"),
              event);

    event = expected(EventKind::task_woken, "task_woken");
    event.pid = 412;
    event.comm = "reader";
    EXPECT_EQ(parse_one("task_woken: comm=reader pid=412"), event);
}

TEST(TraceParser, Violations) {
    Event event = expected(EventKind::audit_violation, "audit_violation");
    event.pid = 412;
    event.comm = "reader";
    event.universe = "patched";
    event.call = "do_it+0x4/0x9 [ext4]";
    event.found = "done+0x5/0x20";
    EXPECT_EQ(parse_one("audit_violation: comm=reader pid=412 universe=patched "
                        "call=do_it+0x4/0x9 [ext4] found=done+0x5/0x20"),
              event);
}

TEST(TraceParser, FieldsThatANewerSutureAddsAreNoHarm) {
    EXPECT_EQ(parse_one("transition_start: patch=demo target=patched tasks=57 by=me").tasks, 57u);
    EXPECT_EQ(parse_one("task_woken: comm=reader pid=412 times=2").pid, 412u);
    const Event blocked = parse_one("task_blocked: comm=reader pid=412 target=patched "
                                    "reason=function where=do_it+0x5/0x9 [ext4] frame=2 [x]");
    EXPECT_EQ(blocked.where, "do_it+0x5/0x9 [ext4]");
    EXPECT_EQ(parse_one("task_blocked: comm=a pid=1 target=patched reason=function "
                        "where=do_it+0x5/0x9 frame=2 [x]")
                  .where,
              "do_it+0x5/0x9");
}

TEST(TraceParser, EventsThatANewerSutureAddsAreShownAsTheyAre) {
    Event event = expected(EventKind::other, "patch_expired");
    event.text = "patch=demo day=2999-12-31";
    EXPECT_EQ(parse_one("patch_expired: patch=demo day=2999-12-31"), event);
}

TEST(TraceParser, WhatIsLostIsAnEventOfItsOwn) {
    const Event lost{.kind = EventKind::lost, .name = "lost", .cpu = 3, .lost = 17};
    EXPECT_THAT(parse("CPU:3 [LOST 17 EVENTS]\n"), ElementsAre(lost));
    Event unknown = lost;
    unknown.lost.reset();
    EXPECT_THAT(parse("CPU:3 [LOST EVENTS]\n"), ElementsAre(unknown));
    for (const char *line : {"CPU:3 [LOST 17 EVENTS", "CPU: [LOST 17 EVENTS]", "CPU:3 [LOST 17]",
                             "CPU:3 [LOST 17EVENTS]", " CPU:3 [LOST 17 EVENTS]",
                             "CPU:3 [LOST 99999999999999999999 EVENTS]"})
        EXPECT_THAT(parse(std::string(line) + "\n"), IsEmpty()) << line;
}

// Fifteen bytes of anything.
const char *const odd_names[] = {"",
                                 "a b",
                                 "[001] 1.000000:",
                                 "x pid=1 target=",
                                 "pid=1",
                                 " pid=1",
                                 " pid= pid= pid=",
                                 "]: [ -1 [000] 1",
                                 "comm=x: ",
                                 "\t\x1b[31m\xff",
                                 "a\nb",
                                 "\n",
                                 "\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n",
                                 "\nCPU:0 [LOST 9",
                                 "a\n[0] 1.000000:"};

TEST(TraceParser, TasksMayCallThemselvesAnything) {
    for (const std::string comm : odd_names) {
        const std::string line = context + ("task_switched: comm=" + comm +
                                            " pid=412 target=patched means=asleep pending_us=1\n");
        const std::vector<Event> events = parse(line + line);
        ASSERT_THAT(events, SizeIs(2)) << line;
        for (const Event &event : events) {
            EXPECT_EQ(event.kind, EventKind::task_switched) << line;
            EXPECT_EQ(event.comm, comm) << line;
            EXPECT_EQ(event.pid, 412u) << line;
            EXPECT_EQ(event.pending_us, 1u) << line;
        }
        EXPECT_EQ(parse_one("task_woken: comm=" + comm + " pid=412").comm, comm) << line;
    }
}

TEST(TraceParser, SoMayTheTaskThatWasCurrent) {
    for (const std::string comm : odd_names) {
        const std::vector<Event> events =
            parse(comm + "-412     [007]     1.000002: task_woken: comm=a pid=1\n");
        ASSERT_THAT(events, SizeIs(1)) << comm;
        EXPECT_EQ(events[0].kind, EventKind::task_woken) << comm;
        EXPECT_EQ(events[0].cpu, 7u) << comm;
        EXPECT_EQ(events[0].time, Clock::TimePoint(1000002us)) << comm;
    }
}

TEST(TraceParser, AColumnMoreIsNoHarm) {
    EXPECT_THAT(parse("a-412     (    412) [007]     1.000002: task_woken: comm=a pid=1\n"),
                ElementsAre(Event{.kind = EventKind::task_woken,
                                  .name = "task_woken",
                                  .cpu = 7,
                                  .time = Clock::TimePoint(1000002us),
                                  .pid = 1,
                                  .comm = "a"}));
}

TEST(TraceParser, APieceMayEndAnywhere) {
    const std::string text = std::string(context) +
                             "task_woken: comm=a\nb pid=1\n"
                             "CPU:3 [LOST 17 EVENTS]\n" +
                             context + "transition_start: patch=demo target=patched tasks=57\n";
    const std::vector<Event> whole = parse(text);
    ASSERT_THAT(whole, SizeIs(3));
    for (size_t cut = 0; cut <= text.size(); ++cut) {
        TraceParser parser;
        std::vector<Event> events = parser.parse(text.substr(0, cut));
        for (Event &event : parser.parse(text.substr(cut)))
            events.push_back(std::move(event));
        EXPECT_EQ(events, whole) << cut;
    }
    TraceParser parser;
    std::vector<Event> events;
    for (const char byte : text) {
        for (Event &event : parser.parse(std::string_view(&byte, 1)))
            events.push_back(std::move(event));
    }
    EXPECT_EQ(events, whole);
}

TEST(TraceParser, AnEventThatIsNeverCompleteIsShownAsItIsAndHoldsUpNothing) {
    const std::string broken = std::string(context) + "task_woken: nobody\n";
    const std::vector<Event> events = parse(broken + context + "task_woken: comm=a pid=1\n");
    ASSERT_THAT(events, SizeIs(2));
    EXPECT_EQ(events[0].kind, EventKind::other);
    EXPECT_EQ(events[0].text, "nobody");
    EXPECT_EQ(events[1].kind, EventKind::task_woken);
    EXPECT_THAT(parse(broken + "CPU:3 [LOST 17 EVENTS]\n"), SizeIs(2));
    EXPECT_THAT(parse(broken + std::string(15, '\n')), SizeIs(1));
    for (const char *form :
         {"transition_start: patch=a tasks=1", "transition_start: target=patched",
          "transition_start: patch=a target=patched tasks=",
          "transition_start: patch=a target=patched tasks=-1",
          "transition_start: patch=a target=patched tasks=1x",
          "task_woken: comm=name_that_is_too_long pid=1"})
        EXPECT_EQ(parse(context + std::string(form) + std::string(16, '\n'))[0].kind,
                  EventKind::other)
            << form;
}

TEST(TraceParser, LeavesOutWhatIsNoEvent) {
    for (const char *line :
         {"", "# tracer: nop", "a-1 [x] 1.000000: task_woken: comm=a pid=1",
          "a-1 [0] 1.00000: task_woken: comm=a pid=1", "a-1 [0] 1: task_woken: comm=a pid=1",
          "a-1 [0] 99999999999.000000: task_woken: comm=a pid=1",
          "a-1 [0] 1.000000: Not a name: comm=a pid=1", "a-1 [0] 1.000000: task_woken",
          "a-1 [0] 1.000000"})
        EXPECT_THAT(parse(std::string(line) + "\n"), IsEmpty()) << line;
}

TEST(TraceParser, SurvivesAnyBytes) {
    const std::string whole = std::string(context) +
                              "task_blocked: comm=a pid=1 target=patched reason=function "
                              "where=do_it+0x5/0x9 [ext4]\nCPU:3 [LOST 17 EVENTS]\n";
    std::mt19937 random(4711);
    TraceParser parser;
    for (int round = 0; round < 20000; ++round) {
        const std::string start = whole.substr(0, random() % (whole.size() + 1));
        const unsigned changes = random() % 8;
        const std::string hostile = testing::damaged(start, random, changes);
        (void)parser.parse(hostile); // only has to come back, sanitizers watching
    }
}

} // namespace
} // namespace suture
