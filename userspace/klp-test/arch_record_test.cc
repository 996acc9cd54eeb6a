// The record of an architecture: read whole, or refused with the key that is wrong.
#include "arch_record.h"

#include <gtest/gtest.h>

namespace suture::harness {
namespace {

const std::string whole = "# a comment\n"
                          "ARCH=s390x\n"
                          "DEB_ARCH=s390x\n"
                          "QEMU=qemu-system-s390x\n"
                          "QEMU_PACKAGE=qemu-system-misc\n"
                          "QEMU_MACHINE=s390-ccw-virtio\n"
                          "QEMU_CPU=max\n"
                          "QEMU_ACCEL=tcg,thread=multi\n"
                          "QEMU_SMP=2\n"
                          "QEMU_MEMORY=1024\n"
                          "CONSOLE=ttysclp0\n"
                          "SERIAL_DEVICE=virtio-serial-ccw\n"
                          "SLOWDOWN=3\n";

std::string with(const std::string &from, const std::string &to) {
    auto text = whole;
    return text.replace(text.find(from), from.size(), to);
}

TEST(ArchRecord, ReadsEveryKey) {
    auto record = parse_arch_record(whole, "s390x.env");
    ASSERT_TRUE(record) << record.error().message;
    EXPECT_EQ(record->arch, "s390x");
    EXPECT_EQ(record->qemu, "qemu-system-s390x");
    EXPECT_EQ(record->accel, "tcg,thread=multi");
    EXPECT_EQ(record->smp, 2);
    EXPECT_EQ(record->memory_mib, 1024);
    EXPECT_EQ(record->console, "ttysclp0");
    EXPECT_EQ(record->serial_device, "virtio-serial-ccw");
    EXPECT_EQ(record->slowdown, 3);
}

TEST(ArchRecord, NamesTheMissingKey) {
    auto record = parse_arch_record(with("CONSOLE=ttysclp0\n", ""), "s390x.env");
    ASSERT_FALSE(record);
    EXPECT_EQ(record.error().message, "architecture record s390x.env: CONSOLE is missing");
}

TEST(ArchRecord, RefusesWhatIsNoPositiveNumber) {
    for (const char *bad : {"SLOWDOWN=0", "SLOWDOWN=2x", "SLOWDOWN=-1", "SLOWDOWN=two"}) {
        auto record = parse_arch_record(with("SLOWDOWN=3", bad), "s390x.env");
        ASSERT_FALSE(record) << bad;
        EXPECT_NE(record.error().message.find(bad), std::string::npos) << record.error().message;
    }
}

TEST(ArchRecord, SaysWhichArchitectureIsUnknown) {
    auto record = load_arch_record("/nonexistent", "vax");
    ASSERT_FALSE(record);
    EXPECT_NE(record.error().message.find("'vax'"), std::string::npos);
}

} // namespace
} // namespace suture::harness
