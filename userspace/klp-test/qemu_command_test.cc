// What a guest is started with.
#include "qemu_command.h"

#include <algorithm>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace suture::harness {
namespace {

using testing::Contains;
using testing::HasSubstr;

ArchRecord record() {
    ArchRecord record;
    record.qemu = "qemu-system-s390x";
    record.machine = "s390-ccw-virtio";
    record.cpu = "max";
    record.accel = "tcg,thread=multi";
    record.smp = 2;
    record.memory_mib = 1024;
    record.console = "ttysclp0";
    record.serial_device = "virtio-serial-ccw";
    return record;
}

std::string after(const std::vector<std::string> &command, const std::string &option) {
    auto at = std::find(command.begin(), command.end(), option);
    return at == command.end() || at + 1 == command.end() ? "" : *(at + 1);
}

TEST(QemuCommand, TakesEveryQuirkFromTheRecord) {
    auto command = qemu_command(record(), {"/k", "/i", 5, 6, {}});
    EXPECT_EQ(command.front(), "qemu-system-s390x");
    EXPECT_EQ(after(command, "-machine"), "s390-ccw-virtio");
    EXPECT_EQ(after(command, "-cpu"), "max");
    EXPECT_EQ(after(command, "-accel"), "tcg,thread=multi");
    EXPECT_EQ(after(command, "-smp"), "2");
    EXPECT_EQ(after(command, "-m"), "1024M");
    EXPECT_EQ(after(command, "-device"), "virtio-serial-ccw");
    EXPECT_THAT(after(command, "-append"), HasSubstr("console=ttysclp0 "));
}

TEST(QemuCommand, EndsOnPanicAndKeepsNothingFromTheConsole) {
    auto command = qemu_command(record(), {"/k", "/i", 5, 6, {"extra=1"}});
    EXPECT_THAT(command, Contains("-no-reboot"));
    for (const char *word :
         {"panic=-1", "oops=panic", "ignore_loglevel", "printk.devkmsg=on", "extra=1"}) {
        EXPECT_THAT(after(command, "-append"), HasSubstr(word));
    }
}

TEST(QemuCommand, HasNoNetworkAndNothingNobodyAskedFor) {
    auto command = qemu_command(record(), {"/k", "/i", 5, 6, {}});
    EXPECT_THAT(command, Contains("-nodefaults"));
    EXPECT_THAT(command, Contains("-no-user-config"));
}

TEST(QemuCommand, LeavesTheChannelOutOnRequest) {
    auto command = qemu_command(record(), {"/k", "/i", 5, -1, {}});
    EXPECT_THAT(command, testing::Not(Contains(HasSubstr("virtserialport"))));
}

} // namespace
} // namespace suture::harness
