// What an event looks like to people and to programs.

#include "klp/event_output.h"
#include "libklp/trace_parser.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace suture {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;
using ::testing::HasSubstr;

constexpr const char *shown_time = "2026-01-01T00:00:12.000345Z";
constexpr WallTime time_of_it(1767225612s + 345us);

Event event_of(const std::string &line) {
    return TraceParser().parse("a-1 [002] 1.000000: " + line + "\n").at(0);
}

std::string line_of(const std::string &event, const char *patch = "demo") {
    Event parsed = event_of(event);
    parsed.patch = patch;
    const std::string line = to_line(parsed, time_of_it);
    const std::string start = std::string(shown_time) + " ";
    EXPECT_TRUE(line.starts_with(start)) << line;
    return line.substr(start.size());
}

json json_of(const std::string &event) {
    Event parsed = event_of(event);
    if (parsed.pid)
        parsed.patch = "demo";
    const std::string line = to_json_line(parsed, time_of_it);
    EXPECT_EQ(line.find('\n'), line.npos);
    json object = json::parse(line);
    EXPECT_EQ(object["schema_version"], 1);
    EXPECT_EQ(object["time"], shown_time);
    for (const char *field : {"schema_version", "time"})
        object.erase(field);
    return object;
}

TEST(EventLine, OfTransitions) {
    EXPECT_EQ(line_of("transition_start: patch=demo target=patched tasks=57"),
              "demo: enabling, 57 tasks to go");
    EXPECT_EQ(line_of("transition_reversed: patch=demo target=unpatched tasks=3"),
              "demo: turned round: disabling, 3 tasks to go");
    EXPECT_EQ(line_of("transition_complete: patch=demo target=patched duration_us=81234 forced=0"),
              "demo: enabled in 81 ms");
    EXPECT_EQ(
        line_of("transition_complete: patch=demo target=unpatched duration_us=3400000 forced=1"),
        "demo: disabled in 3.4 s, forced");
}

TEST(EventLine, OfTasksSaysByWhichMeans) {
    const auto moved = [](const char *target, const char *means) {
        return line_of(std::string("task_switched: comm=reader pid=412 target=") + target +
                       " means=" + means + " pending_us=81234");
    };
    EXPECT_EQ(moved("patched", "asleep"),
              "demo: 412 (reader) moved to the new code while asleep, after 81 ms");
    EXPECT_EQ(moved("unpatched", "stopped"),
              "demo: 412 (reader) moved back while its CPU was taken, after 81 ms");
    EXPECT_EQ(moved("patched", "offline"),
              "demo: 412 (reader) moved to the new code while its CPU was offline, after 81 ms");
    EXPECT_EQ(moved("patched", "woken"),
              "demo: 412 (reader) moved to the new code by itself, as it had been woken, after "
              "81 ms");
    EXPECT_EQ(moved("patched", "0x9"),
              "demo: 412 (reader) moved to the new code by '0x9', after 81 ms");
    EXPECT_EQ(line_of("task_woken: comm=reader pid=412"),
              "demo: 412 (reader) is woken, to leave where it sleeps");
}

TEST(EventLine, OfTasksThatCannotMoveSaysWhy) {
    const auto blocked = [](const char *reason, const char *where) {
        return line_of(std::string("task_blocked: comm=reader pid=412 target=patched reason=") +
                       reason + " where=" + where);
    };
    EXPECT_EQ(blocked("function", "do_it+0x5/0x9 [ext4]"),
              "demo: 412 (reader) cannot move: in do_it of ext4");
    EXPECT_EQ(blocked("function", "do_it+0x5/0x9"),
              "demo: 412 (reader) cannot move: in do_it of vmlinux");
    EXPECT_EQ(blocked("function", "0xffffffffc0123456"),
              "demo: 412 (reader) cannot move: in 0xffffffffc0123456 of vmlinux");
    EXPECT_EQ(blocked("running", "0x0"),
              "demo: 412 (reader) cannot move: running, and not to be stopped");
    EXPECT_EQ(blocked("unreliable", "0x0"),
              "demo: 412 (reader) cannot move: its stack cannot be walked");
}

TEST(EventLine, OfAllElse) {
    EXPECT_EQ(line_of("audit_violation: comm=reader pid=412 universe=patched call=f+0x4/0x9 "
                      "found=g+0x5/0x20 [ext4]"),
              "demo: audit: 412 (reader) calls f+0x4/0x9 in the patched universe, with "
              "g+0x5/0x20 [ext4] of the other one active");
    EXPECT_EQ(line_of("patch_expired: day=1", ""), "patch_expired: day=1");
    Event lost{.kind = EventKind::lost, .name = "lost", .cpu = 2, .lost = 17};
    EXPECT_THAT(to_line(lost, time_of_it),
                HasSubstr("Z 17 events of CPU 2 are lost: they came too fast"));
    lost.lost.reset();
    EXPECT_THAT(to_line(lost, time_of_it), HasSubstr("Z events of CPU 2 are lost"));
}

TEST(EventLine, OfTimesThatNoClockCanHaveGiven) {
    for (const char *duration : {"9300000000000000", "18446744073709551615"})
        EXPECT_EQ(
            line_of(std::string("transition_complete: patch=demo target=patched duration_us=") +
                    duration + " forced=0"),
            "demo: enabled in 1000000000.0 s");
}

TEST(EventLine, IsFitForATerminal) {
    EXPECT_EQ(line_of("task_woken: comm=\x1b[31m\n pid=412"),
              "demo: 412 (\\x1b[31m\\x0a) is woken, to leave where it sleeps");
}

TEST(EventJson, HasTheFieldsOfItsEvent) {
    EXPECT_EQ(json_of("transition_start: patch=demo target=patched tasks=57"),
              json::parse(R"({"event": "transition_start", "cpu": 2, "patch": "demo",
                              "target": "patched", "tasks": 57})"));
    EXPECT_EQ(
        json_of("transition_complete: patch=demo target=unpatched duration_us=81234 forced=1"),
        json::parse(R"({"event": "transition_complete", "cpu": 2, "patch": "demo",
                        "target": "unpatched", "duration_us": 81234, "forced": true})"));
    EXPECT_EQ(json_of("task_switched: comm=reader pid=412 target=patched means=asleep "
                      "pending_us=1234"),
              json::parse(R"({"event": "task_switched", "cpu": 2, "patch": "demo", "pid": 412,
                              "comm": "reader", "target": "patched", "means": "asleep",
                              "pending_us": 1234})"));
    EXPECT_EQ(json_of("task_blocked: comm=reader pid=412 target=patched reason=function "
                      "where=do_it+0x5/0x9 [ext4]"),
              json::parse(R"({"event": "task_blocked", "cpu": 2, "patch": "demo", "pid": 412,
                              "comm": "reader", "target": "patched", "reason": "function",
                              "function": "do_it", "object": "ext4",
                              "where": "do_it+0x5/0x9 [ext4]"})"));
    EXPECT_EQ(json_of("task_woken: comm=reader pid=412"),
              json::parse(R"({"event": "task_woken", "cpu": 2, "patch": "demo", "pid": 412,
                              "comm": "reader"})"));
    EXPECT_EQ(json_of("audit_violation: comm=reader pid=412 universe=patched call=f+0x4/0x9 "
                      "found=g+0x5/0x20"),
              json::parse(R"({"event": "audit_violation", "cpu": 2, "patch": "demo", "pid": 412,
                              "comm": "reader", "universe": "patched", "call": "f+0x4/0x9",
                              "found": "g+0x5/0x20"})"));
    EXPECT_EQ(json_of("patch_expired: day=1"),
              json::parse(R"({"event": "patch_expired", "cpu": 2, "patch": null,
                              "text": "day=1"})"));
}

TEST(EventJson, SaysNullWhereNothingIsKnown) {
    const json blocked = json_of("task_blocked: comm=a pid=1 target=patched reason=running "
                                 "where=0x0");
    for (const char *field : {"function", "object", "where"})
        EXPECT_TRUE(blocked.at(field).is_null()) << field;
    const Event lost{.kind = EventKind::lost, .name = "lost", .cpu = 2};
    EXPECT_TRUE(json::parse(to_json_line(lost, time_of_it)).at("lost").is_null());
}

TEST(EventJson, StaysJsonWhateverATaskCallsItself) {
    EXPECT_EQ(json_of("task_woken: comm=\"}\n\xff pid=412")["comm"], "\"}\n\xef\xbf\xbd");
}

} // namespace
} // namespace suture
