// Who blocks is read as the kernel lists it, whatever the tasks call themselves, and however early
// the list ends.

#include "libklp/blockers.h"
#include "libklp/testing/fake_machine.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

namespace suture {
namespace {

using namespace testing;
using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr const char *two_tasks =
    "# patch=demo target=patched pending=2 tasks=57\n"
    "pid=7 tid=8 kind=user state=D cpu=1 pending_ms=1234 reason=function function=do_it "
    "object=ext4 comm=worker\n"
    "\tdo_wait+0x10/0x20\n"
    "\tdo_it+0x5/0x9 [ext4]\n"
    "pid=0 tid=0 kind=idle state=R cpu=0 pending_ms=99 reason=unreliable frame=2 comm=swapper/0\n";

TEST(BlockersParse, AllFields) {
    EXPECT_EQ(
        parse_blockers(two_tasks),
        (std::vector<Blocking>{{.patch = "demo",
                                .target = "patched",
                                .pending = 2,
                                .total = 57,
                                .tasks = {{.pid = 7,
                                           .tid = 8,
                                           .comm = "worker",
                                           .kind = "user",
                                           .state = "D",
                                           .cpu = 1,
                                           .pending_ms = 1234,
                                           .reason = "function",
                                           .function = "do_it",
                                           .object = "ext4",
                                           .stack = {"do_wait+0x10/0x20", "do_it+0x5/0x9 [ext4]"}},
                                          {.comm = "swapper/0",
                                           .kind = "idle",
                                           .state = "R",
                                           .cpu = 0,
                                           .pending_ms = 99,
                                           .reason = "unreliable",
                                           .frame = 2}}}}));
}

TEST(BlockersParse, ANameMayBeAnything) {
    const auto all = parse_blockers("# patch=demo target=patched pending=3 tasks=57\n"
                                    "pid=1 tid=1 reason=running comm=a b comm=c pid=9 reason=none\n"
                                    "pid=2 tid=2 reason=running comm=\n"
                                    "pid=3 tid=3 reason=running comm=# patch=x\\n\n");
    ASSERT_EQ(all.size(), 1u);
    ASSERT_EQ(all[0].tasks.size(), 3u);
    EXPECT_EQ(
        all[0].tasks[0],
        (Blocker{.pid = 1, .tid = 1, .comm = "a b comm=c pid=9 reason=none", .reason = "running"}));
    EXPECT_EQ(all[0].tasks[1].comm, "");
    EXPECT_EQ(all[0].tasks[2].comm, "# patch=x\\n");
}

TEST(BlockersParse, AListThatEndsAnywhereIsReadAsFarAsItGoes) {
    const std::string whole = two_tasks;
    for (size_t length = 0; length <= whole.size(); ++length) {
        const auto all = parse_blockers(whole.substr(0, length));
        ASSERT_LE(all.size(), 1u) << length;
        for (const Blocking &blocking : all)
            ASSERT_LE(blocking.tasks.size(), 2u) << length;
    }
}

TEST(BlockersParse, WhatIsNoListIsNone) {
    for (const char *text : {"", "\n\n", "\tframe", "pid=1 tid=1 comm=x\n", "# target=patched\n"})
        EXPECT_THAT(parse_blockers(text), IsEmpty()) << text;
    const auto all = parse_blockers("# patch=demo target=patched pending=many tasks=-1\n"
                                    "pid=x tid=1 comm=x\n\tlost+0x1/0x2\n"
                                    "pid=1 tid=2 colour=red green pending_ms=99999999999 comm=x\n");
    ASSERT_EQ(all.size(), 1u);
    EXPECT_EQ(all[0].pending, std::nullopt);
    EXPECT_EQ(all[0].total, std::nullopt);
    EXPECT_EQ(all[0].tasks, (std::vector<Blocker>{{.pid = 1, .tid = 2, .comm = "x"}}));
}

TEST(BlockersParse, ForcedTransitionsAreSeveral) {
    const auto all = parse_blockers("# patch=a target=patched time=1767225600 tasks=1\n"
                                    "pid=1 tid=1 reason=running comm=x\n"
                                    "# patch=b target=unpatched time=1767225601 tasks=0\n"
                                    "# and 3 more\n");
    ASSERT_EQ(all.size(), 2u);
    EXPECT_EQ(all[0].time, 1767225600u);
    EXPECT_EQ(all[0].tasks.size(), 1u);
    EXPECT_EQ(all[1].patch, "b");
    EXPECT_EQ(all[1].target, "unpatched");
}

TEST(BlockersRead, SuturesList) {
    const FakeMachine machine(
        {directory("sys/kernel/suture"), file("proc/suture/blockers", two_tasks)});
    const auto all = read_blockers(machine.environment());
    ASSERT_TRUE(all);
    EXPECT_EQ(*all, parse_blockers(two_tasks));
    EXPECT_EQ(longest_wait(all->at(0)), 1234ms);
}

TEST(BlockersRead, NoTransitionAndNoRuntimeBlockNobody) {
    EXPECT_THAT(read_blockers(FakeMachine().environment()).value(), IsEmpty());
    const FakeMachine machine({directory("sys/kernel/suture"), file("proc/suture/blockers")});
    EXPECT_THAT(read_blockers(machine.environment()).value(), IsEmpty());
    EXPECT_THAT(read_forced(machine.environment()).value(), IsEmpty());
    EXPECT_EQ(longest_wait({.patch = "demo"}), std::nullopt);
}

TEST(BlockersRead, AListThatCannotBeReadIsAnError) {
    const FakeMachine machine({directory("sys/kernel/suture"), directory("proc/suture/blockers")});
    const auto all = read_blockers(machine.environment());
    ASSERT_FALSE(all);
    EXPECT_EQ(all.error().action, "read");
}

// A thread as the in-kernel livepatch shows it.
Entry thread(const std::string &pid, const std::string &tid, const std::string &patch_state) {
    return directory("proc/" + pid + "/task/" + tid,
                     {file("patch_state", patch_state + "\n"), file("comm", "task " + tid + "\n"),
                      file("stack", "[<0>] do_it+0x5/0x9\n[<0>] do_more+0x1/0x2\n")});
}

TEST(BlockersRead, TheInKernelLivepatchTellsWhoHasNotMoved) {
    FakeMachine machine(
        {directory("sys/kernel/livepatch", {patch("other"), patch("demo", {.transition = "1"})}),
         thread("1", "1", "1"), thread("20", "20", "0"), thread("20", "21", "1"),
         thread("20", "22", "0"), thread("3", "3", "-1"), directory("proc/self")});
    auto all = read_blockers(machine.environment());
    ASSERT_TRUE(all);
    ASSERT_EQ(all->size(), 1u);
    EXPECT_EQ(all->at(0).patch, "demo");
    EXPECT_EQ(all->at(0).runtime, Runtime::in_kernel);
    EXPECT_EQ(all->at(0).target, "patched");
    ASSERT_EQ(all->at(0).tasks.size(), 2u);
    EXPECT_EQ(all->at(0).tasks[0],
              (Blocker{.pid = 20,
                       .tid = 20,
                       .comm = "task 20",
                       .stack = {"[<0>] do_it+0x5/0x9", "[<0>] do_more+0x1/0x2"}}));
    EXPECT_EQ(all->at(0).tasks[1].tid, 22u);
    machine.write("sys/kernel/livepatch/demo/enabled", "0\n");
    all = read_blockers(machine.environment());
    ASSERT_TRUE(all);
    EXPECT_EQ(all->at(0).target, "unpatched");
    EXPECT_EQ(all->at(0).tasks.size(), 2u); // those that are patched: 1 and 21
}

TEST(BlockersRead, ATaskThatHasEndedBlocksNobody) {
    const FakeMachine machine(
        {directory("sys/kernel/livepatch", {patch("demo", {.transition = "1"})}),
         directory("proc/20/task/20"), directory("proc/21")});
    EXPECT_THAT(read_blockers(machine.environment()).value().at(0).tasks, IsEmpty());
}

TEST(BlockersCommandLine, IsThatOfTheProcess) {
    const FakeMachine machine({file("proc/7/cmdline", std::string("./worker\0--fast\0\0", 17)),
                               file("proc/2/cmdline", "")});
    EXPECT_EQ(command_line_of(machine.environment(), 7), "./worker --fast");
    EXPECT_EQ(command_line_of(machine.environment(), 2), "");
    EXPECT_EQ(command_line_of(machine.environment(), 4711), "");
}

} // namespace
} // namespace suture
