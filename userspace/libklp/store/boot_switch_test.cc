// What keeps patches from being loaded at boot.

#include "libklp/store/boot_switch.h"
#include "libklp/testing/fake_machine.h"

#include <gtest/gtest.h>

namespace suture {
namespace {

using namespace testing;

TEST(BootSwitch, IsOnWhereNobodySwitchedItOff) {
    EXPECT_EQ(switched_off_by(FakeMachine().environment()), "");
    const FakeMachine machine{{file("proc/cmdline", "root=/dev/vda xklp=off klp=offer klp\n")}};
    EXPECT_EQ(switched_off_by(machine.environment()), "");
}

TEST(BootSwitch, IsAWordOnTheCommandLine) {
    const FakeMachine machine{{file("proc/cmdline", "root=/dev/vda klp=off quiet\n")}};
    EXPECT_EQ(switched_off_by(machine.environment()), "klp=off on the kernel's command line");
}

TEST(BootSwitch, IsAFileInTheStore) {
    const FakeMachine machine{{file("var/lib/suture/off")}};
    EXPECT_EQ(switched_off_by(machine.environment()),
              "the file " + machine.path("var/lib/suture/off").native());
}

TEST(BootSwitch, IsAKernelForCrashDumps) {
    const FakeMachine machine{{file("proc/vmcore")}};
    EXPECT_EQ(switched_off_by(machine.environment()),
              "the crash dump that this kernel was started for");
}

TEST(BootSwitch, OfTheNextBootKnowsTheFileAlone) {
    const FakeMachine machine{{file("proc/cmdline", "klp=off\n"), file("proc/vmcore")}};
    EXPECT_EQ(switched_off_by_file(machine.environment()), "");
    const FakeMachine off{{file("var/lib/suture/off")}};
    EXPECT_EQ(switched_off_by_file(off.environment()), switched_off_by(off.environment()));
}

} // namespace
} // namespace suture
