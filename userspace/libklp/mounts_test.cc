// Which folders lie on the root file system.

#include "libklp/mounts.h"
#include "libklp/testing/fake_machine.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace suture {
namespace {

using namespace testing;

class MountsTest : public ::testing::Test {
  protected:
    // Besides the root.
    void mount(const std::string &folder) {
        machine.write("proc/self/mountinfo",
                      fmt::format("22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/vda1 rw\n"
                                  "29 22 8:2 / {} rw,relatime shared:2 - ext4 /dev/vda2 rw\n",
                                  machine.path(folder).native()));
    }
    bool store_is_on_root() {
        return is_on_root(machine.environment(), machine.environment().roots.store);
    }

    FakeMachine machine{{directory("var/lib/suture")}};
};

TEST_F(MountsTest, WhatLiesBelowAnotherMountIsNotOnTheRoot) {
    for (const char *folder : {"var", "var/lib", "var/lib/suture"}) {
        mount(folder);
        EXPECT_FALSE(store_is_on_root()) << folder;
    }
}

TEST_F(MountsTest, OtherMountsDoNotMatter) {
    for (const char *folder : {"va", "boot", "var/lib/sutur", "var/lib/suture/6.1.0-50-amd64"}) {
        mount(folder);
        EXPECT_TRUE(store_is_on_root()) << folder;
    }
}

TEST_F(MountsTest, ALinkMayLeadToAnotherPlace) {
    machine.remove("var/lib/suture");
    machine.remove("var/lib");
    machine.add({directory("srv/lib/suture"), symlink("var/lib", machine.path("srv/lib"))});
    EXPECT_FALSE(store_is_on_root());
}

TEST_F(MountsTest, WhereItCannotBeToldThereIsNothingElse) {
    EXPECT_TRUE(store_is_on_root());
    mount("var");
    machine.remove("var/lib/suture");
    EXPECT_TRUE(store_is_on_root());
    machine.write("proc/self/mountinfo", "\n22 1 8:1\n");
    EXPECT_TRUE(store_is_on_root());
}

} // namespace
} // namespace suture
