// Whose doing it is that QEMU is gone.
#include "qemu_end.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace suture::harness {
namespace {

using testing::HasSubstr;

TEST(QemuEnd, IsTheGuestsDoingWhereNothingSaysOtherwise) {
    auto end = qemu_end({}, "qemu: warning: TCG doesn't support requested feature\n");
    EXPECT_EQ(end.by, EndedBy::guest);
    EXPECT_THAT(end.words, HasSubstr("powered off or was reset; it said: qemu: warning"));
}

TEST(QemuEnd, IsAFailureWhereItsStatusSaysSo) {
    EXPECT_EQ(qemu_end({.code = 1}, "").by, EndedBy::failure);
    auto killed = qemu_end({.signal = 9}, "");
    EXPECT_EQ(killed.by, EndedBy::failure);
    EXPECT_THAT(killed.words, HasSubstr("killed by signal 9"));
}

TEST(QemuEnd, IsNotTheGuestsDoingWhereASignalAskedForIt) {
    auto end = qemu_end({}, "qemu-system-x86_64: terminating on signal 15 from pid 7 (bash)\n");
    EXPECT_EQ(end.by, EndedBy::request);
    EXPECT_EQ(end.words, "QEMU ended: exit status 0; it said: qemu-system-x86_64: terminating on "
                         "signal 15 from pid 7 (bash)");
}

} // namespace
} // namespace suture::harness
