// Whether the running kernel is this system's own.

#include "libklp/enclosure.h"
#include "libklp/testing/fake_machine.h"

#include <gtest/gtest.h>

namespace suture {
namespace {

using namespace std::string_literals;
using namespace testing;

constexpr const char *here = "6.1.0-50-amd64";

std::string enclosure_with(const std::vector<Entry> &entries) {
    return enclosure(FakeMachine(entries).environment());
}

TEST(Enclosure, IsAChrootWithAnotherRootThanThatOfTheFirstProcess) {
    EXPECT_EQ(enclosure_with({symlink("proc/1/root", "../..")}), "");
    EXPECT_EQ(enclosure_with({directory("elsewhere"), symlink("proc/1/root", "../../elsewhere")}),
              "chroot");
}

TEST(Enclosure, IsAContainerWhereWhoeverMadeItSaysSo) {
    for (const char *mark : {"run/systemd/container", "run/.containerenv"})
        EXPECT_EQ(enclosure_with({symlink("proc/1/root", "../.."), file(mark)}), "container")
            << mark;
    EXPECT_EQ(
        enclosure_with({file("proc/1/environ", "PATH=/bin\0container=podman\0TERM=linux\0"s)}),
        "container");
    EXPECT_EQ(enclosure_with({file("proc/1/environ", "TERM=linux")}), "");
    for (const char *variable : {"mycontainer=1", "container="})
        EXPECT_EQ(enclosure_with({file("proc/1/environ", variable)}), "") << variable;
}

TEST(Enclosure, IsAContainerWithProcessesOfItsOwn) {
    EXPECT_EQ(enclosure_with({symlink("proc/self/ns/pid", "pid:[4026532200]")}), "container");
    EXPECT_EQ(enclosure_with({symlink("proc/self/ns/pid", "pid:[4026531836]")}), "");
    // It may have been a container once.
    EXPECT_EQ(enclosure_with({file(".dockerenv")}), "");
}

TEST(Enclosure, IsNoneWhereThatCannotBeTold) {
    EXPECT_EQ(enclosure_with({}), "");
    EXPECT_EQ(enclosure_with({symlink("proc/1/root", "nowhere")}), "");
}

TEST(Enclosure, NoKernelRunsTheSystemInOne) {
    FakeMachine machine;
    EXPECT_TRUE(runs_this_system(machine.environment(), here));
    EXPECT_FALSE(runs_this_system(machine.environment(), "6.12.95-amd64"));
    machine.add({directory("elsewhere"), symlink("proc/1/root", "../../elsewhere")});
    EXPECT_FALSE(runs_this_system(machine.environment(), here));
    machine.remove("proc/1/root");
    EXPECT_TRUE(runs_this_system(machine.environment(), here));
    machine.add({file("run/systemd/container", "systemd-nspawn\n")});
    EXPECT_FALSE(runs_this_system(machine.environment(), here));
}

} // namespace
} // namespace suture
