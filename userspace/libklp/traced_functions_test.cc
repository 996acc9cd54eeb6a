// What is done to functions is told by flags, wherever the kernel's version puts the rest.

#include "libklp/testing/fake_machine.h"
#include "libklp/traced_functions.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace suture {
namespace {

using namespace testing;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(TracedFunctions, FlagsTellWhatIsDoneToThem) {
    EXPECT_THAT(
        parse_traced("cmdline_proc_show (1)   I         \tops: 0x1 (redirect [suture]+0x0/0x10)\n"
                     "ext4_open [ext4] (2) R I D M\ttramp: 0x1 (f+0x0/0x1)->g+0x0/0x1\n"
                     "\tdirect-->bpf_trampoline_64+0x0/0x1000\n"
                     "vfs_read (1) R\n"
                     "do_it (1)           \tI am no flag\n"),
        ElementsAre(TracedFunction{"cmdline_proc_show", "", true, false, {"redirect [suture]"}},
                    TracedFunction{"ext4_open", "ext4", true, true, {"f", "bpf_trampoline_64"}},
                    TracedFunction{"vfs_read"}, TracedFunction{"do_it"}));
}

TEST(TracedFunctions, OtherTextIsNone) {
    EXPECT_THAT(parse_traced("\n\n I \nname\nname I\n (1) I\n\tdirect-->f\n"), IsEmpty());
}

TEST(TracedFunctions, WithoutTracefsThatIsAnError) {
    EXPECT_FALSE(traced_functions(FakeMachine().environment()));
    const FakeMachine machine({file("sys/kernel/tracing/enabled_functions", "f (1) I\n")});
    EXPECT_THAT(traced_functions(machine.environment()).value(),
                ElementsAre(TracedFunction{"f", "", true}));
}

} // namespace
} // namespace suture
