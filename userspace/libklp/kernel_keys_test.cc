// The list of the kernel's keys, as it is and as nobody wrote it.

#include "libklp/kernel_keys.h"
#include "libklp/testing/fake_machine.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace suture {
namespace {

using namespace testing;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr const char *keys =
    "02f3a1b4 I------     1 perm 1f0f0000     0     0 keyring   .builtin_trusted_keys: 2\n"
    "0a1b2c3d I------     1 perm 1f030000     0     0 asymmetri Debian Secure Boot CA: "
    "6ccece7e4c6c0d1f6149f3dd27dfcc5cbb419ea1: X509.rsa bb419ea1 []\n"
    "0a1b2c3e I------     1 perm 1f030000     0     0 asymmetri Debian Secure Boot CA: "
    "6ccece7e4c6c0d1f6149f3dd27dfcc5cbb419ea1: X509.rsa bb419ea1 []\n"
    "1b2c3d4e I------     1 perm 1f030000     0     0 asymmetri Us: Build key: 0a: X509.rsa 0a []\n"
    "2c3d4e5f I--Q---     4 59m 3f010000  1000  1000 user      asymmetri: 4\n";

TEST(KernelKeys, HaveTheNamesOfTheirCertificates) {
    EXPECT_THAT(parse_keys(keys), ElementsAre("Debian Secure Boot CA", "Us"));
    const FakeMachine machine({file("proc/keys", keys)});
    EXPECT_EQ(read_keys(machine.environment()).size(), 2u);
}

TEST(KernelKeys, MayNotBeTold) {
    EXPECT_THAT(read_keys(FakeMachine().environment()), IsEmpty());
    for (const char *text :
         {"", "\n\n", "a", "a b c d e f g asymmetri", "a b c d e f g asymmetri  "})
        EXPECT_THAT(parse_keys(text), IsEmpty()) << text;
    EXPECT_THAT(parse_keys("a b c d e f g asymmetri x"), ElementsAre("x"));
}

} // namespace
} // namespace suture
