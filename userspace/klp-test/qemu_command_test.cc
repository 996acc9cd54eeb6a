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

QemuParts parts() {
    QemuParts parts;
    parts.kernel = "/k";
    parts.initramfs = "/i";
    parts.console_fd = 5;
    parts.channel_fd = 6;
    return parts;
}

TEST(QemuCommand, TakesEveryQuirkFromTheRecord) {
    auto command = qemu_command(record(), parts());
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
    auto with_extra = parts();
    with_extra.kernel_arguments = {"extra=1"};
    auto command = qemu_command(record(), with_extra);
    EXPECT_THAT(command, Contains("-no-reboot"));
    for (const char *word :
         {"panic=-1", "oops=panic", "ignore_loglevel", "printk.devkmsg=on", "extra=1"}) {
        EXPECT_THAT(after(command, "-append"), HasSubstr(word));
    }
}

TEST(QemuCommand, HasNoNetworkAndNothingNobodyAskedFor) {
    auto command = qemu_command(record(), parts());
    EXPECT_THAT(command, Contains("-nodefaults"));
    EXPECT_THAT(command, Contains("-no-user-config"));
}

TEST(QemuCommand, LeavesTheChannelOutOnRequest) {
    auto without_channel = parts();
    without_channel.channel_fd = -1;
    auto command = qemu_command(record(), without_channel);
    EXPECT_THAT(command, testing::Not(Contains(HasSubstr("virtserialport"))));
}

TEST(QemuCommand, HasATerminalAndGdbOnRequestOnly) {
    auto command = qemu_command(record(), parts());
    EXPECT_THAT(command, testing::Not(Contains(HasSubstr("virtconsole"))));
    EXPECT_THAT(command, testing::Not(Contains("-gdb")));

    auto with_both = parts();
    with_both.terminal_fd = 7;
    with_both.gdb_socket = "/logs/gdb";
    command = qemu_command(record(), with_both);
    EXPECT_THAT(command, Contains("socket,id=terminal,fd=7"));
    EXPECT_THAT(command, Contains("virtconsole,chardev=terminal"));
    EXPECT_EQ(after(command, "-gdb"), "unix:/logs/gdb,server=on,wait=off");
}

} // namespace
} // namespace suture::harness
