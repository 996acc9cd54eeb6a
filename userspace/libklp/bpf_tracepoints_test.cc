// BTF tells where things are on this kernel, and whether this Suture's tracepoints are those that
// klp knows: where any is another one, none is followed by BPF.

#include "libklp/bpf_tracepoints.h"
#include "libklp/testing/suture_btf.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <set>

namespace suture {
namespace {

using namespace testing;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;

Result<TracepointTypes> read(const SutureBtf &what) {
    FakeMachine machine;
    add_btf(machine, what);
    return read_tracepoint_types(machine.environment().roots);
}

void expect_refusal(const SutureBtf &what, const std::string &why) {
    const Result<TracepointTypes> types = read(what);
    ASSERT_FALSE(types) << why;
    EXPECT_EQ(types.error().code, ErrorCode::refused);
    EXPECT_THAT(to_text(types.error()), HasSubstr(why));
}

TEST(BpfTracepoints, AreFoundInBtf) {
    const Result<TracepointTypes> types = read({.task = {.pid = 8, .comm = 44, .comm_size = 16}});
    ASSERT_TRUE(types) << to_text(types.error());
    EXPECT_EQ(std::set<unsigned>(types->ids.begin(), types->ids.end()).size(), tracepoints.size());
    EXPECT_EQ(types->task, (TaskLayout{.pid = 8, .comm = 44, .comm_size = 16}));
    EXPECT_THAT(types->means, ElementsAre(Pair(0, "asleep"), Pair(1, "stopped"), Pair(3, "woken")));
}

TEST(BpfTracepoints, MayHaveMoreArguments) {
    EXPECT_TRUE(read({.also = "task_switched"}));
}

TEST(BpfTracepoints, WithOtherArgumentsAreRefused) {
    expect_refusal({.wider = "task_blocked"}, "its tracepoint task_blocked has other arguments");
}

TEST(BpfTracepoints, OfANewerOrAnOlderSutureAreRefused) {
    expect_refusal({.more = "task_lost"}, "klp does not know its tracepoint task_lost");
    expect_refusal({.without = "task_woken"}, "it has no tracepoint task_woken");
    expect_refusal({.has_means = false}, "it has no enum means");
}

TEST(BpfTracepoints, OfAnotherKindOfTaskAreRefused) {
    expect_refusal({.task = {.pid = 8, .comm = 44, .comm_size = 0}}, "task_struct");
    expect_refusal({.task = {.pid = 8, .comm = 44, .comm_size = 61}}, "task_struct");
}

TEST(BpfTracepoints, WithoutBtfSaysWhoHasNone) {
    FakeMachine machine;
    add_btf(machine);
    for (const auto &[name, why] : {std::pair("suture", "Suture has no BTF"),
                                    std::pair("vmlinux", "the kernel has no BTF")}) {
        machine.remove(std::string("sys/kernel/btf/") + name);
        const auto types = read_tracepoint_types(machine.environment().roots);
        ASSERT_FALSE(types);
        EXPECT_EQ(types.error().code, ErrorCode::not_found);
        EXPECT_THAT(to_text(types.error()), HasSubstr(why));
    }
}

} // namespace
} // namespace suture
