// What each kind of firmware says of Secure Boot.

#include "libklp/secure_boot.h"
#include "libklp/testing/fake_machine.h"

#include <gtest/gtest.h>

namespace suture {
namespace {

using namespace testing;
using std::string_literals::operator""s;

constexpr const char *efi_variable =
    "sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c";

SecureBoot with(std::vector<Entry> entries) {
    return secure_boot(FakeMachine(std::move(entries)).environment());
}

TEST(SecureBoot, WithoutFirmwareThatHasIt) {
    EXPECT_EQ(with({}), SecureBoot::absent);
    EXPECT_EQ(with({directory("sys/firmware/acpi")}), SecureBoot::absent);
}

TEST(SecureBoot, Efi) {
    EXPECT_EQ(with({file(efi_variable, "\x06\0\0\0\x01"s)}), SecureBoot::on);
    EXPECT_EQ(with({file(efi_variable, "\x06\0\0\0\0"s)}), SecureBoot::off);
    EXPECT_EQ(with({file("sys/firmware/efi/efivars/Boot0000-8be4df61")}), SecureBoot::absent);
}

TEST(SecureBoot, EfiVariablesThatCannotBeRead) {
    EXPECT_EQ(with({directory("sys/firmware/efi/efivars")}), SecureBoot::unknown);
    EXPECT_EQ(with({directory("sys/firmware/efi")}), SecureBoot::unknown);
    for (const std::string &content : {""s, "\x06\0\0\0"s, "\x06\0\0\0\0\0"s})
        EXPECT_EQ(with({file(efi_variable, content)}), SecureBoot::unknown) << content.size();
}

TEST(SecureBoot, S390) {
    EXPECT_EQ(with({file("sys/firmware/ipl/secure", "1\n")}), SecureBoot::on);
    EXPECT_EQ(with({file("sys/firmware/ipl/secure", "0\n")}), SecureBoot::off);
    EXPECT_EQ(with({file("sys/firmware/ipl/ipl_type", "ccw\n")}), SecureBoot::absent);
}

TEST(SecureBoot, PowerVm) {
    EXPECT_EQ(with({file("proc/device-tree/ibm,secure-boot", "\0\0\0\x02"s)}), SecureBoot::on);
    EXPECT_EQ(with({file("proc/device-tree/ibm,secure-boot", "\0\0\0\x01"s)}), SecureBoot::off);
    EXPECT_EQ(with({file("proc/device-tree/ibm,secure-boot", "\0\0\0\0"s)}), SecureBoot::off);
    EXPECT_EQ(with({file("proc/device-tree/model", "IBM pSeries")}), SecureBoot::absent);
}

TEST(SecureBoot, Opal) {
    const std::string node = "proc/device-tree/ibm,secureboot";
    EXPECT_EQ(with({file(node + "/secure-enabled")}), SecureBoot::off);
    EXPECT_EQ(with({file(node + "/os-secureboot-enforcing")}), SecureBoot::on);
}

} // namespace
} // namespace suture
