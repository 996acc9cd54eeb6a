// Whether the running kernel is this system's own.

#include "libklp/chroot.h"
#include "libklp/testing/fake_machine.h"

#include <gtest/gtest.h>

namespace suture {
namespace {

using namespace testing;

constexpr const char *here = "6.1.0-50-amd64";

TEST(Chroot, IsAnotherRootThanThatOfTheFirstProcess) {
    const FakeMachine same{{symlink("proc/1/root", "../..")}};
    EXPECT_FALSE(is_in_chroot(same.environment()));
    const FakeMachine other{{directory("elsewhere"), symlink("proc/1/root", "../../elsewhere")}};
    EXPECT_TRUE(is_in_chroot(other.environment()));
}

TEST(Chroot, IsNoneWhereThatCannotBeTold) {
    EXPECT_FALSE(is_in_chroot(FakeMachine().environment()));
    const FakeMachine hidden{{symlink("proc/1/root", "nowhere")}};
    EXPECT_FALSE(is_in_chroot(hidden.environment()));
}

TEST(Chroot, NoKernelRunsTheSystemInOne) {
    FakeMachine machine;
    EXPECT_TRUE(runs_this_system(machine.environment(), here));
    EXPECT_FALSE(runs_this_system(machine.environment(), "6.12.95-amd64"));
    machine.add({directory("elsewhere"), symlink("proc/1/root", "../../elsewhere")});
    EXPECT_FALSE(runs_this_system(machine.environment(), here));
}

} // namespace
} // namespace suture
