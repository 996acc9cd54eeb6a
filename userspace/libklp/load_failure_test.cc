// Each errno of a refused load becomes a reason and a way out, and the runtime's own line beats
// them all.

#include "libklp/load_failure.h"
#include "libklp/testing/fake_machine.h"

#include <cerrno>
#include <gtest/gtest.h>

namespace suture {
namespace {

using namespace testing;

PatchFile demo() {
    PatchFile file;
    file.path = "demo.ko";
    file.name = "demo";
    return file;
}

Error explain(const FakeMachine &machine, int error_number,
              const std::vector<KernelMessage> &messages = {}) {
    return explain_load_failure(machine.environment(), demo(), error_number, messages);
}

struct Expected {
    int error_number;
    ErrorCode code;
    const char *why;
    const char *hint;
};

class LoadErrno : public ::testing::TestWithParam<Expected> {};

TEST_P(LoadErrno, IsExplained) {
    const FakeMachine machine;
    const Error error = explain(machine, GetParam().error_number);
    EXPECT_EQ(error.code, GetParam().code);
    EXPECT_NE(error.why.find(GetParam().why), std::string::npos) << error.why;
    EXPECT_NE(error.hint.find(GetParam().hint), std::string::npos) << error.hint;
    EXPECT_EQ(error.subject, "demo.ko");
}

INSTANTIATE_TEST_SUITE_P(
    All, LoadErrno,
    ::testing::Values(
        Expected{EPERM, ErrorCode::no_permission, "EPERM", "run klp as root"},
        Expected{EACCES, ErrorCode::no_permission, "security policy", "module.sig_enforce=1"},
        Expected{EKEYREJECTED, ErrorCode::no_permission, "EKEYREJECTED", "sign the patch"},
        Expected{ENOKEY, ErrorCode::no_permission, "ENOKEY", "sign the patch"},
        Expected{ENOEXEC, ErrorCode::refused, "ENOEXEC", "headers of exactly this kernel"},
        Expected{EBUSY, ErrorCode::busy, "EBUSY", "klp status"},
        Expected{ENOENT, ErrorCode::refused, "ENOENT", "headers of exactly this kernel"},
        Expected{EINVAL, ErrorCode::refused, "EINVAL", "ambiguous"},
        Expected{EEXIST, ErrorCode::name_taken, "EEXIST", "klp status"},
        Expected{ENOMEM, ErrorCode::system, "ENOMEM", "memory"},
        Expected{EIO, ErrorCode::system, "EIO", "dmesg"}));

TEST(LoadFailure, BusyNamesTheTransitionInTheWay) {
    const FakeMachine machine(
        {directory("sys/kernel/suture", {patch("other", {.transition = "1"})})});
    EXPECT_NE(explain(machine, EBUSY).why.find("patch 'other' is enabling"), std::string::npos);
}

TEST(LoadFailure, EpermTellsItsReasonsApart) {
    const FakeMachine user({file("proc/self/status", "CapEff:\t0000000000000000\n")});
    EXPECT_NE(explain(user, EPERM).why.find("CAP_SYS_MODULE"), std::string::npos);
    const FakeMachine disabled({file("proc/sys/kernel/modules_disabled", "1\n")});
    EXPECT_NE(explain(disabled, EPERM).why.find("modules_disabled"), std::string::npos);
    const FakeMachine locked(
        {file("sys/kernel/security/lockdown", "none [integrity] confidentiality\n")});
    EXPECT_NE(explain(locked, EPERM).why.find("locked down"), std::string::npos);
    const FakeMachine open(
        {file("sys/kernel/security/lockdown", "[none] integrity confidentiality\n")});
    EXPECT_EQ(explain(open, EPERM).why.find("locked down"), std::string::npos);
}

TEST(LoadFailure, TheRuntimesOwnReasonWinsAndIsShownOnce) {
    const Error error = explain(
        FakeMachine(), ENOENT,
        {{3, "livepatch: patch 'demo': object 'vmlinux': function 'foo': no such function; check "
             "the name"},
         {3, "livepatch: something more"}});
    EXPECT_EQ(error.code, ErrorCode::refused);
    EXPECT_EQ(error.patch, "demo");
    EXPECT_EQ(error.object, "vmlinux");
    EXPECT_EQ(error.function, "foo");
    EXPECT_EQ(error.why, "no such function");
    EXPECT_EQ(error.hint, "check the name");
    EXPECT_EQ(error.kernel_log, std::vector<std::string>{"livepatch: something more"});
}

TEST(LoadFailure, AReasonWithoutAWayOutGetsNoneThatIsMeantForAnother) {
    EXPECT_EQ(explain(FakeMachine(), EINVAL, {{3, "livepatch: patch 'demo': strange"}}).hint,
              "see the kernel log: dmesg");
}

TEST(LoadFailure, AnotherPatchsReasonDoesNot) {
    const Error error =
        explain(FakeMachine(), ENOENT, {{3, "livepatch: patch 'other': no such function"}});
    EXPECT_EQ(error.patch, "");
    EXPECT_EQ(error.kernel_log.size(), 1u);
}

TEST(MayLoad, AsksForTheCapabilityAndForModulesAtAll) {
    const auto may_load = [](const FakeMachine &machine) {
        return check_may_load(machine.environment(), demo());
    };
    EXPECT_TRUE(may_load(FakeMachine()));
    const FakeMachine user({file("proc/self/status", "CapEff:\t000001fffffeffff\n")});
    EXPECT_EQ(may_load(user).error().code, ErrorCode::no_permission);
    const FakeMachine disabled({file("proc/sys/kernel/modules_disabled", "1\n")});
    EXPECT_EQ(may_load(disabled).error().code, ErrorCode::no_permission);
    // Whoever cannot find out lets the kernel decide.
    const FakeMachine unknown({file("proc/self/status", "Name:\tklp\n")});
    EXPECT_TRUE(may_load(unknown));
}

} // namespace
} // namespace suture
