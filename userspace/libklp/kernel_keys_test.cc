// The list of the kernel's keys, as it is and as nobody wrote it, and what else the kernel says of
// them.

#include "libklp/kernel_keys.h"
#include "libklp/testing/fake_machine.h"

#include <cerrno>
#include <fmt/format.h>
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

std::string ring(int serial, const char *name) {
    return fmt::format("{:08x} I------     1 perm 1f0b0000     0     0 keyring   {}: 1\n", serial,
                       name);
}

const std::string rings = ring(1, ".builtin_trusted_keys") + ring(2, ".secondary_trusted_keys") +
                          ring(0x3a48fd31, ".machine") + ring(4, ".platform") + ring(5, ".ima");

TEST(KernelKeys, AreInRings) {
    FakeMachine machine({file("proc/keys", keys + rings)});
    const auto place = [&] { return place_of_key(machine.environment(), "0aff"); };
    machine.key_ids = {{1, {"0a"}}, {2, {"ff"}}, {5, {"0aff"}}};
    EXPECT_EQ(place(), KeyPlace::nowhere);
    machine.key_ids[4] = {"0aff"};
    EXPECT_EQ(place(), KeyPlace::platform);
    for (const int ring : {1, 2, 0x3a48fd31}) {
        machine.key_ids = {{ring, {"0aff"}}, {4, {"0aff"}}};
        machine.write("proc/keys", rings);
        EXPECT_EQ(place(), KeyPlace::trusted) << ring;
    }
}

TEST(KernelKeys, AreInTheRingsThatTheKernelHas) {
    FakeMachine machine({file("proc/keys", ring(1, ".builtin_trusted_keys"))});
    machine.key_ids = {{1, {"0a"}}};
    EXPECT_EQ(place_of_key(machine.environment(), "0a"), KeyPlace::trusted);
    EXPECT_EQ(place_of_key(machine.environment(), "0b"), KeyPlace::nowhere);
    machine.write("proc/keys", ring(2, ".secondary_trusted_keys"));
    EXPECT_EQ(place_of_key(machine.environment(), "0b"), KeyPlace::unknown);
    machine.remove("proc/keys");
    EXPECT_EQ(place_of_key(machine.environment(), "0a"), KeyPlace::unknown);
}

TEST(KernelKeys, AreNotToldByRingsThatMayNotBeSearched) {
    const FakeMachine machine({file("proc/keys", rings)});
    Environment environment = machine.environment();
    environment.find_key = [](int, const std::string &) { return -EACCES; };
    EXPECT_EQ(place_of_key(environment, "0a"), KeyPlace::unknown);
    environment.find_key = [](int ring, const std::string &) {
        return ring == 2 ? -EACCES : -ENOKEY;
    };
    EXPECT_EQ(place_of_key(environment, "0a"), KeyPlace::unknown);
    environment.find_key = [](int ring, const std::string &id) {
        return ring == 2 || id == "ex:0a" ? -EACCES : -ENOKEY;
    };
    EXPECT_EQ(place_of_key(environment, "0a"), KeyPlace::trusted);
}

TEST(KernelKeys, MayBeFoundOrNotForOtherReasons) {
    const FakeMachine machine({file("proc/keys", rings)});
    Environment environment = machine.environment();
    for (const int answer : {-ENOSYS, -EPERM, -EKEYREVOKED, -EKEYEXPIRED, -EINVAL}) {
        environment.find_key = [answer](int, const std::string &) { return answer; };
        EXPECT_EQ(place_of_key(environment, "0a"), KeyPlace::unknown) << answer;
    }
    environment.find_key = [](int, const std::string &id) { return id == "ex:0a" ? 7 : -ENOKEY; };
    EXPECT_EQ(place_of_key(environment, "0a"), KeyPlace::trusted);
}

} // namespace
} // namespace suture
