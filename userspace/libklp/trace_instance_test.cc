// An instance is there while it is used and never longer, whatever fails on the way, and where
// there is nothing to follow the reason is said.

#include "libklp/testing/fake_tracefs.h"
#include "libklp/trace_instance.h"

#include <cerrno>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace suture {
namespace {

using namespace testing;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class TraceInstanceTest : public ::testing::Test {
  protected:
    Result<TraceInstance> open() {
        return TraceInstance::open(machine.environment().roots, tracefs, 412);
    }
    std::filesystem::path path(const std::string &name) const {
        return machine.path("sys/kernel/tracing/instances/" + name);
    }
    std::string read(const std::string &name) const {
        return machine.read("sys/kernel/tracing/instances/klp-412/" + name);
    }
    void expect_error(ErrorCode code, const std::string &why, const std::string &hint) {
        const Result<TraceInstance> instance = open();
        ASSERT_FALSE(instance);
        EXPECT_EQ(instance.error().code, code);
        EXPECT_THAT(to_text(instance.error()), HasSubstr(why));
        EXPECT_THAT(instance.error().hint, HasSubstr(hint));
    }

    FakeMachine machine;
    FakeTracefs tracefs{machine};
};

TEST_F(TraceInstanceTest, IsSetUpAndRemoved) {
    {
        const Result<TraceInstance> instance = open();
        ASSERT_TRUE(instance) << to_text(instance.error());
        EXPECT_EQ(read("trace_clock"), "mono");
        EXPECT_THAT(read("events/suture/enable"), HasSubstr("1"));
        EXPECT_NE(read("trace_options"), "");
        EXPECT_THAT(tracefs.removed, IsEmpty());
    }
    EXPECT_THAT(tracefs.made, ElementsAre("klp-412"));
    EXPECT_THAT(tracefs.removed, ElementsAre("klp-412"));
}

TEST_F(TraceInstanceTest, HasWhatCameSince) {
    const Result<TraceInstance> instance = open();
    ASSERT_TRUE(instance);
    EXPECT_EQ(instance->read(), "");
    machine.append("sys/kernel/tracing/instances/klp-412/trace_pipe", std::string(100000, 'x'));
    EXPECT_EQ(instance->read(), std::string(100000, 'x'));
    EXPECT_EQ(instance->read(), "");
}

TEST_F(TraceInstanceTest, KnowsWhenTheEventsAreGone) {
    const Result<TraceInstance> instance = open();
    ASSERT_TRUE(instance);
    EXPECT_TRUE(instance->is_on());
    const std::string enable = "sys/kernel/tracing/instances/klp-412/events/suture/enable";
    machine.write(enable, "0\n");
    EXPECT_FALSE(instance->is_on());
    machine.write(enable, "X\n");
    EXPECT_TRUE(instance->is_on());
    machine.remove(enable);
    EXPECT_FALSE(instance->is_on());
}

TEST_F(TraceInstanceTest, IsRemovedWhereItCannotBeSetUp) {
    for (const size_t missing : {0, 1, 2, 3}) {
        tracefs.removed.clear();
        std::vector<Entry> files = tracefs.files;
        tracefs.files.erase(tracefs.files.begin() + static_cast<std::ptrdiff_t>(missing));
        EXPECT_FALSE(open()) << missing;
        EXPECT_THAT(tracefs.removed, ElementsAre("klp-412")) << missing;
        tracefs.files = files;
    }
}

TEST_F(TraceInstanceTest, ThoseOfTheDeadAreRemovedFirst) {
    machine.add({directory("proc/7")});
    for (const char *name : {"klp-7", "klp-8", "klp-412", "klp-try", "klp-", "klp-9x", "other-8"})
        machine.add({directory(std::string("sys/kernel/tracing/instances/") + name)});
    const Result<TraceInstance> instance = open();
    ASSERT_TRUE(instance);
    EXPECT_THAT(tracefs.removed, ElementsAre("klp-412", "klp-8"));
    EXPECT_THAT(tracefs.made, ElementsAre("klp-412"));
}

TEST_F(TraceInstanceTest, WithoutTracefs) {
    machine.remove("sys/kernel/tracing/instances");
    expect_error(ErrorCode::system, "tracefs is not mounted there", "mount -t tracefs");
    EXPECT_THAT(tracefs.made, IsEmpty());
}

TEST_F(TraceInstanceTest, WithoutPermission) {
    tracefs.refusal = EACCES;
    expect_error(ErrorCode::no_permission, "EACCES", "as root");
    tracefs.refusal = EPERM;
    expect_error(ErrorCode::no_permission, "EPERM", "locked down");
    EXPECT_THAT(tracefs.removed, IsEmpty());
}

TEST_F(TraceInstanceTest, WithoutEventsSaysWhoHasNone) {
    machine.remove("sys/kernel/tracing/events/suture");
    expect_error(ErrorCode::runtime_missing, "this kernel shows no tracepoints of modules",
                 "dmesg");
    machine.remove("sys/kernel/suture");
    expect_error(ErrorCode::runtime_missing, "Suture is not loaded", "modprobe suture");
    machine.add({directory("sys/kernel/livepatch")});
    expect_error(ErrorCode::runtime_missing, "the in-kernel livepatch has no tracepoints",
                 "modprobe suture");
    EXPECT_THAT(tracefs.made, IsEmpty());
}

} // namespace
} // namespace suture
