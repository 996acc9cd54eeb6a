// Records of our programs become the events that the text of a trace would be taken for, and
// whatever is in the way of the programs is told.

#include "libklp/bpf_events.h"
#include "libklp/testing/fake_bpf.h"
#include "libklp/testing/suture_btf.h"
#include "libklp/trace_parser.h"

#include <cstring>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace suture {
namespace {

using namespace testing;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

BpfRecord record(const char *tracepoint, const char *text, std::array<uint64_t, 3> numbers = {}) {
    BpfRecord record{.time = 12'000'000'000, .numbers = numbers, .cpu = 1};
    while (std::strcmp(tracepoints.at(record.event).name, tracepoint) != 0)
        ++record.event;
    record.pid = tracepoints.at(record.event).of_task ? 412 : 0;
    record.text.fill('x'); // which the program does not touch
    std::strcpy(record.text.data(), text);
    return record;
}

class BpfEventsTest : public ::testing::Test {
  protected:
    BpfEventsTest() { add_btf(machine); }

    Result<std::unique_ptr<EventSource>> open() {
        return BpfEvents::open(machine.environment().roots, bpf);
    }
    std::vector<Event> next(const std::unique_ptr<EventSource> &events) {
        return events->next().value();
    }
    void expect_error(FakeBpf::Step step, const std::string &why) {
        bpf.refused = step;
        const auto events = open();
        ASSERT_FALSE(events) << why;
        EXPECT_EQ(events.error().code, ErrorCode::no_permission);
        EXPECT_THAT(to_text(events.error()), HasSubstr(why));
    }

    FakeMachine machine{{file("proc/modules", suture_module),
                         file("proc/kallsyms", "ffffffff81000010 t do_it\n"
                                               "ffffffff81000030 t other\n"
                                               "ffffffffc0500000 t old\t[suture]\n"
                                               "ffffffffc0500040 t rest\t[suture]\n")}};
    FakeBpf bpf;
};

TEST_F(BpfEventsTest, AreThoseThatATraceWouldTellOf) {
    const auto events = open();
    ASSERT_TRUE(events) << to_text(events.error());
    EXPECT_EQ(bpf.loaded.size(), tracepoints.size());
    EXPECT_EQ(bpf.attached, tracepoints.size());
    bpf.records = {
        record("transition_start", "demo", {1, 57}),
        record("transition_reversed", "demo", {0, 3}),
        record("transition_complete", "demo", {0, 12345678901, 1}),
        record("task_switched", "a b", {1, 3, 99}),
        record("task_switched", "", {0, 0xffffffff, 0}),
        record("task_blocked", "fifteen letters", {1, 0xffffffffU - 97, 0xffffffff81000015}),
        record("task_blocked", "c", {1, 0xffffffffU - 15, 5}),
        record("task_blocked", "c", {0, 0xffffffffU - 21, 5}),
        record("task_woken", "c\nd"),
        record("audit_violation", "c", {1, 0xffffffff81000010, 0xffffffffc0500004})};
    const std::string text =
        "a-1 [001] 12.000000: transition_start: patch=demo target=patched tasks=57\n"
        "a-1 [001] 12.000000: transition_reversed: patch=demo target=unpatched tasks=3\n"
        "a-1 [001] 12.000000: transition_complete: patch=demo target=unpatched "
        "duration_us=12345678901 forced=1\n"
        "a-1 [001] 12.000000: task_switched: comm=a b pid=412 target=patched means=woken "
        "pending_us=99\n"
        "a-1 [001] 12.000000: task_switched: comm= pid=412 target=unpatched "
        "means=0xffffffffffffffff pending_us=0\n"
        "a-1 [001] 12.000000: task_blocked: comm=fifteen letters pid=412 target=patched "
        "reason=function where=do_it+0x5/0x20\n"
        "a-1 [001] 12.000000: task_blocked: comm=c pid=412 target=patched reason=running "
        "where=0x5\n"
        "a-1 [001] 12.000000: task_blocked: comm=c pid=412 target=unpatched reason=unreliable "
        "where=0x5\n"
        "a-1 [001] 12.000000: task_woken: comm=c\nd pid=412\n"
        "a-1 [001] 12.000000: audit_violation: comm=c pid=412 universe=patched "
        "call=do_it+0x0/0x20 found=old+0x4/0x40 [suture]\n";
    const std::vector<Event> expected = TraceParser().parse(text);
    const std::vector<Event> seen = next(*events);
    ASSERT_EQ(seen.size(), expected.size());
    for (size_t index = 0; index < seen.size(); ++index)
        EXPECT_TRUE(seen[index] == expected[index]) << "event " << index;
    EXPECT_TRUE(next(*events).empty());
}

TEST_F(BpfEventsTest, ThatWereLostAreToldWhereTheyAreMissing) {
    const auto events = open();
    ASSERT_TRUE(events);
    BpfRecord before = record("task_woken", "a");
    BpfRecord behind = before;
    BpfRecord elsewhere = before;
    behind.lost = 3;
    elsewhere.cpu = 0;
    bpf.records = {before, elsewhere, behind, behind};
    bpf.lost = {2, 4};
    std::vector<std::string> seen;
    for (const Event &event : next(*events))
        seen.push_back(event.name + std::to_string(event.cpu) +
                       (event.lost ? "=" + std::to_string(*event.lost) : ""));
    EXPECT_THAT(seen, ElementsAre("task_woken1", "task_woken0", "lost1=3", "task_woken1",
                                  "task_woken1", "lost0=2", "lost1=1"));
    EXPECT_TRUE(next(*events).empty());
}

TEST_F(BpfEventsTest, OfNoTracepointAreNone) {
    const auto events = open();
    ASSERT_TRUE(events);
    BpfRecord unknown = record("task_woken", "a");
    unknown.event = tracepoints.size();
    bpf.records = {unknown};
    EXPECT_TRUE(next(*events).empty());
}

TEST_F(BpfEventsTest, ThatTheKernelRefusesSayWhat) {
    using Step = FakeBpf::Step;
    expect_error(Step::find_btf, "find the BTF of Suture");
    expect_error(Step::make_ring, "make a BPF ring buffer");
    expect_error(Step::open_ring, "read a BPF ring buffer");
    expect_error(Step::make_counter, "make a BPF map");
    expect_error(Step::attach, "attach a BPF program");
    bpf.attached = 0;
    bpf.verdict = "0: (bf) r6 = r1\nR1 is no pointer\nprocessed 1 insns\n\n";
    expect_error(Step::load, "cannot load a BPF program for transition_start: ");
    expect_error(Step::load, "(EPERM): R1 is no pointer");
    EXPECT_EQ(bpf.attached, 0u);
}

TEST_F(BpfEventsTest, ThatCannotBeReadAreAnError) {
    for (const auto step : {FakeBpf::Step::consume, FakeBpf::Step::read_counter}) {
        bpf.refused = FakeBpf::Step::none;
        const auto events = open();
        ASSERT_TRUE(events);
        bpf.refused = step;
        EXPECT_FALSE((*events)->next());
    }
}

TEST_F(BpfEventsTest, NeedAddressesAndBtf) {
    machine.write("proc/modules", "suture 98304 0 - Live 0x0000000000000000\n");
    EXPECT_EQ(open().error().code, ErrorCode::no_permission);
    machine.remove("sys/kernel/btf/suture");
    EXPECT_EQ(open().error().code, ErrorCode::not_found);
    EXPECT_TRUE(bpf.loaded.empty());
}

} // namespace
} // namespace suture
