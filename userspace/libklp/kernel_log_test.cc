// /dev/kmsg is read from where it ended before, and only what the kernel said about this patch is
// taken from it.

#include "libklp/kernel_log.h"
#include "libklp/testing/fake_machine.h"

#include <gtest/gtest.h>

namespace suture {
namespace {

using namespace testing;

TEST(ParseKernelMessages, TakesLevelAndText) {
    EXPECT_EQ(parse_kernel_messages("6,1,100,-;livepatch: one\n"
                                    "3,2,200,c,caller=T12;two; and more\n"),
              (std::vector<KernelMessage>{{6, "livepatch: one"}, {3, "two; and more"}}));
}

TEST(ParseKernelMessages, LeavesOutDictionariesUserSpaceAndNonsense) {
    EXPECT_EQ(parse_kernel_messages(" SUBSYSTEM=cpu;x\n"
                                    "12,3,300,-;livepatch: forged by a user\n"
                                    "nonsense;x\n"
                                    "3;x\n"
                                    "3,4,400,-\n"
                                    "\n"
                                    "99999999999999999999,1,1,-;x\n"
                                    "4,5,500,-;last, without newline"),
              (std::vector<KernelMessage>{{4, "last, without newline"}}));
}

TEST(KernelLog, HasOnlyWhatCameSince) {
    FakeMachine machine({file("dev/kmsg", "3,1,1,-;livepatch: old\n")});
    const KernelLog log(machine.path("dev/kmsg"));
    EXPECT_TRUE(log.new_messages().empty());
    machine.append("dev/kmsg", "3,2,2,-;livepatch: new\n");
    EXPECT_EQ(log.new_messages(), (std::vector<KernelMessage>{{3, "livepatch: new"}}));
    EXPECT_TRUE(log.new_messages().empty());
}

TEST(KernelLog, IsEmptyWithoutALog) {
    EXPECT_TRUE(KernelLog(FakeMachine().path("dev/absent")).new_messages().empty());
}

TEST(FailureMessages, AreThoseAboutThePatch) {
    const std::vector<KernelMessage> messages{
        {5, "livepatch: enabling patch 'demo'"},
        {3, "livepatch: failed to initialize patch 'demo' (-2)"},
        {3, "usb 1-1: device descriptor read error"},
        {4, "demo: Unknown symbol foo (err -2)"},
        {4, "demo2: Unknown symbol bar (err -2)"},
        {4, "demo: loading out-of-tree module taints kernel."},
        {3, "module: demo: version magic 'a' should be 'b'"},
        {5, "Lockdown: klp: unsigned module loading is restricted; see man kernel_lockdown.7"},
        {4, "Loading of unsigned module is rejected"},
    };
    EXPECT_EQ(failure_messages(messages, "demo"),
              (std::vector<std::string>{
                  "livepatch: failed to initialize patch 'demo' (-2)",
                  "demo: Unknown symbol foo (err -2)",
                  "module: demo: version magic 'a' should be 'b'",
                  "Lockdown: klp: unsigned module loading is restricted; see man "
                  "kernel_lockdown.7",
                  "Loading of unsigned module is rejected",
              }));
}

TEST(DeadlineMessages, AreThoseOfThePatchAndItsBlockers) {
    const std::string gives_up =
        "patching transition not complete after its deadline of 300 ms: ...";
    const std::string first = "livepatch:   pid=1 tid=1 comm=init";
    const std::string more = "livepatch:   and 4 more";
    EXPECT_EQ(
        deadline_messages({{5, "livepatch:   pid=9 tid=9 comm=stale"},
                           {5, "livepatch: 'demo': " + gives_up},
                           {5, first},
                           {5, more},
                           {5, "livepatch: 'demo': reversing transition from patching to ..."}},
                          "demo"),
        (std::vector<std::string>{"livepatch: 'demo': " + gives_up, first, more}));
    EXPECT_EQ(deadline_messages({{5, "livepatch: 'other': " + gives_up}, {5, first}}, "demo"),
              std::vector<std::string>{});
    EXPECT_EQ(deadline_messages({{5, "livepatch: 'demo': un" + gives_up}, {5, first}}, "demo"),
              std::vector<std::string>{});
}

TEST(RuntimeReason, IsTakenApart) {
    EXPECT_EQ(parse_runtime_reason("livepatch: patch 'demo': object 'vmlinux': function 'foo': no "
                                   "such function; build it for this kernel; or not"),
              (RuntimeReason{"demo", "vmlinux", "foo", "no such function",
                             "build it for this kernel; or not"}));
}

TEST(RuntimeReason, MayNameLess) {
    EXPECT_EQ(parse_runtime_reason("livepatch: patch 'demo': out of memory"),
              (RuntimeReason{"demo", "", "", "out of memory", ""}));
    EXPECT_EQ(parse_runtime_reason("livepatch: patch 'demo': object 'ext4': not there; load it"),
              (RuntimeReason{"demo", "ext4", "", "not there", "load it"}));
}

TEST(RuntimeReason, IsNothingElse) {
    for (const char *text : {"", "livepatch: ", "livepatch: 'demo': starting patching transition",
                             "livepatch: patch 'demo", "patch 'demo': x", "livepatch: patch '': x"})
        EXPECT_EQ(parse_runtime_reason(text), std::nullopt) << text;
}

} // namespace
} // namespace suture
