// Who redirects functions is told by a flag, wherever the kernel's version puts the rest.

#include "libklp/testing/fake_machine.h"
#include "libklp/traced_functions.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace suture {
namespace {

using namespace testing;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(TracedFunctions, TheFlagIMarksThoseThatMayGoElsewhere) {
    EXPECT_THAT(
        parse_redirected("cmdline_proc_show (1)   I         \tops: suture+0x0/0x10\n"
                         "ext4_open [ext4] (2) R I D M\ttramp: 0x1 (f+0x0/0x1)->g\n"
                         "vfs_read (1) R\n"
                         "do_it (1)           \tI am no flag\n"),
        ElementsAre(TracedFunction{"cmdline_proc_show"}, TracedFunction{"ext4_open", "ext4"}));
}

TEST(TracedFunctions, OtherTextIsNone) {
    EXPECT_THAT(parse_redirected("\n\n I \nname\nname I\n (1) I\n"), IsEmpty());
}

TEST(TracedFunctions, WithoutTracefsThatIsAnError) {
    EXPECT_FALSE(redirected_functions(FakeMachine().environment()));
    const FakeMachine machine({file("sys/kernel/tracing/enabled_functions", "f (1) I\n")});
    EXPECT_THAT(redirected_functions(machine.environment()).value(),
                ElementsAre(TracedFunction{"f"}));
}

} // namespace
} // namespace suture
