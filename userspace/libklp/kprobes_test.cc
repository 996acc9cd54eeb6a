// kprobes are read as debugfs lists them, with and without a module and flags.

#include "libklp/kprobes.h"
#include "libklp/testing/fake_machine.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace suture {
namespace {

using namespace testing;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(Kprobes, WhereTheyAre) {
    EXPECT_THAT(parse_kprobes("ffffffff81000000  k  do_it+0x0    [FTRACE]\n"
                              "ffffffffc0000010  r  ext4_open+0x10  ext4 [DISABLED][FTRACE]\n"
                              "c000000000000004  k  plain+0x4    \n"),
                ElementsAre(Kprobe{"vmlinux", "do_it", "0x0"},
                            Kprobe{"ext4", "ext4_open", "0x10", true},
                            Kprobe{"vmlinux", "plain", "0x4"}));
}

TEST(Kprobes, OtherTextIsNone) {
    EXPECT_THAT(parse_kprobes("\n\nffff\nffff k\nffff k name\nffff k +0x0\n"), IsEmpty());
}

TEST(Kprobes, WithoutDebugfsThatIsAnError) {
    EXPECT_FALSE(read_kprobes(FakeMachine().environment()));
}

} // namespace
} // namespace suture
