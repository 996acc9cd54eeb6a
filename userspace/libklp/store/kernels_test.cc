// Which kernels are installed, which of them boots next, and which patch it will load.

#include "libklp/store/kernels.h"
#include "libklp/testing/stored.h"

#include <chrono>
#include <filesystem>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace suture {
namespace {

using namespace testing;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr const char *here = "6.1.0-50-amd64";
constexpr const char *later = "6.1.0-51-amd64";

// A line for each: its release, what it is, and which patch it will load.
std::string kernels(const FakeMachine &machine) {
    std::string text;
    for (const InstalledKernel &kernel : installed_kernels(machine.environment()))
        text += fmt::format("{}{}{}{}\n", kernel.release, kernel.running ? " running" : "",
                            kernel.boots_next ? " next" : "",
                            kernel.will_be_patched() ? " " + to_text(*kernel.active) : "");
    return text;
}

TEST(Kernels, TheRunningOneIsThereWithoutAnImage) {
    EXPECT_EQ(kernels(FakeMachine()), "6.1.0-50-amd64 running next\n");
}

TEST(Kernels, TheNewestBootsNext) {
    const FakeMachine machine{
        {file("boot/vmlinuz-6.1.0-50-amd64"), file("boot/vmlinuz-6.1.0-9-amd64"),
         file("boot/vmlinuz-6.12.95+deb12-amd64"), file("boot/vmlinuz-6.2.0~rc1-amd64")}};
    EXPECT_EQ(kernels(machine), "6.1.0-9-amd64\n"
                                "6.1.0-50-amd64 running\n"
                                "6.2.0~rc1-amd64\n"
                                "6.12.95+deb12-amd64 next\n");
}

TEST(Kernels, TheRunningOneDoesNotBootNextWithoutAnImage) {
    const FakeMachine machine{{file("boot/vmlinuz-6.1.0-49-amd64")}};
    EXPECT_EQ(kernels(machine), "6.1.0-49-amd64 next\n"
                                "6.1.0-50-amd64 running\n");
}

TEST(Kernels, ImagesHaveOtherNamesElsewhere) {
    const FakeMachine machine{
        {file("boot/vmlinux-6.1.0-1-powerpc64le"), file("boot/image-6.1.0-2-s390x"),
         symlink("boot/vmlinuz-6.1.0-3-amd64", "elsewhere"),
         file("lib/modules/6.1.0-4-amd64/vmlinuz"), directory("lib/modules/6.1.0-5-amd64/kernel")}};
    EXPECT_EQ(kernels(machine), "6.1.0-1-powerpc64le\n"
                                "6.1.0-2-s390x\n"
                                "6.1.0-3-amd64\n"
                                "6.1.0-4-amd64 next\n"
                                "6.1.0-50-amd64 running\n");
}

TEST(Kernels, WhatLiesBesideImagesIsNone) {
    const FakeMachine machine{
        {file("boot/vmlinuz-9.1.0-amd64.dpkg-tmp"), file("boot/vmlinuz-9.1.0-amd64.old"),
         file("boot/vmlinux-9.1.0-amd64.gz"), file("boot/vmlinuz-9.1.0-amd64.sig"),
         file("boot/vmlinuz-"), file("boot/vmlinuz"), file("boot/config-9.1.0-amd64"),
         file("boot/initrd.img-9.1.0-amd64")}};
    EXPECT_EQ(kernels(machine), "6.1.0-50-amd64 running next\n");
}

TEST(Kernels, EachHasItsOwnPatch) {
    FakeMachine machine{{file("boot/vmlinuz-6.1.0-50-amd64"), file("boot/vmlinuz-6.1.0-51-amd64")}};
    activate(machine, install(machine, versioned_patch("demo_1", "1", here)));
    EXPECT_EQ(kernels(machine), "6.1.0-50-amd64 running demo_1=1\n"
                                "6.1.0-51-amd64 next\n");
    const PatchId next = install(machine, versioned_patch("demo_2", "2", later));
    EXPECT_FALSE(next_kernel(machine.environment()).will_be_patched());
    EXPECT_TRUE(next_kernel(machine.environment()).has_versions);
    activate(machine, next);
    EXPECT_EQ(kernels(machine), "6.1.0-50-amd64 running demo_1=1\n"
                                "6.1.0-51-amd64 next demo_2=2\n");
    EXPECT_EQ(next_kernel(machine.environment()).active, next);
    EXPECT_EQ(next_kernel(machine.environment(), here).active->name, "demo_1");
    EXPECT_FALSE(look_at_kernel(machine.environment(), "7.0").has_versions);
}

// What a reboot into `next` loses while the running kernel has a patch in that state.
std::vector<std::string> lost(const FakeMachine &machine, const std::string &next,
                              std::optional<PatchState> state = {}) {
    Status now;
    now.kernel = machine.kernel;
    if (state) {
        Patch patch;
        patch.name = "loaded";
        patch.progress.state = *state;
        now.patches.push_back(patch);
    }
    const Environment environment = machine.environment();
    return lost_by_reboot(environment, now, look_at_kernel(environment, next));
}

TEST(Kernels, AKernelWithoutAPatchLosesWhatThisOneHas) {
    FakeMachine machine;
    EXPECT_THAT(lost(machine, later), IsEmpty());
    for (const PatchState state : {PatchState::enabled, PatchState::enabling})
        EXPECT_THAT(lost(machine, later, state), ElementsAre("loaded"));
    for (const PatchState state : {PatchState::disabled, PatchState::disabling})
        EXPECT_THAT(lost(machine, later, state), IsEmpty());
    activate(machine, install(machine, versioned_patch("demo_1", "1", here)));
    EXPECT_THAT(lost(machine, later), ElementsAre("demo_1=1")); // which would be loaded
    EXPECT_THAT(lost(machine, later, PatchState::enabled), ElementsAre("loaded"));
    EXPECT_THAT(lost(machine, here, PatchState::enabled), IsEmpty());
    activate(machine, install(machine, versioned_patch("demo_2", "2", later)));
    EXPECT_THAT(lost(machine, later, PatchState::enabled), IsEmpty());
}

TEST(Kernels, WhyOneIsUnpatchedIsSaid) {
    InstalledKernel kernel{.release = here};
    EXPECT_EQ(why_unpatched(kernel), "none is installed");
    kernel.has_versions = true;
    EXPECT_EQ(why_unpatched(kernel), "none that is installed is active");
    kernel.problem = "the store: it cannot be read";
    EXPECT_EQ(why_unpatched(kernel), "the store: it cannot be read");
    kernel.active = PatchId{.release = here, .name = "demo", .version = "1"};
    EXPECT_EQ(why_unpatched(kernel), "demo=1 will not be loaded: the store: it cannot be read");
}

class KernelsProblem : public ::testing::Test {
  protected:
    void expect_problem(const std::string &what) {
        const InstalledKernel kernel = next_kernel(machine.environment());
        EXPECT_FALSE(kernel.will_be_patched());
        EXPECT_THAT(kernel.problem, HasSubstr(what));
    }
    void expect_remedy(const std::string &what) {
        EXPECT_EQ(next_kernel(machine.environment()).remedy, what);
    }

    // What puts patches into an initramfs, where systemd loads none.
    void add_hook() {
        machine.add({directory("run/systemd/system"), file("usr/sbin/update-initramfs"),
                     file("usr/share/initramfs-tools/hooks/klp")});
    }

    const std::string initrd = "boot/initrd.img-6.1.0-50-amd64";
    FakeMachine machine;
    const PatchId demo = install(machine, versioned_patch("demo", "1", here));
};

TEST_F(KernelsProblem, ADamagedFile) {
    activate(machine, demo);
    EXPECT_TRUE(next_kernel(machine.environment()).will_be_patched());
    machine.append("var/lib/suture/6.1.0-50-amd64/demo/1/demo.ko", "x");
    expect_problem("demo.ko: its content is not what was installed");
    expect_remedy("remove the patch with 'klp remove', and install its file again");
}

TEST_F(KernelsProblem, ABootThatFailed) {
    activate(machine, demo);
    fail_a_boot(machine, demo);
    expect_problem("the last boot that loaded it failed");
}

TEST_F(KernelsProblem, SwitchedOff) {
    activate(machine, demo);
    machine.add({file("var/lib/suture/off")});
    expect_problem("switched off by the file ");
    expect_remedy("rm " + machine.path("var/lib/suture/off").native());
}

TEST_F(KernelsProblem, AUnitThatIsNotEnabled) {
    activate(machine, demo);
    machine.add({directory("run/systemd/system")});
    expect_problem("klp-apply.service is not enabled");
    expect_remedy("systemctl enable klp-apply.service");
    machine.add({file("etc/systemd/system/sysinit.target.wants/klp-apply.service", "[Unit]\n")});
    EXPECT_TRUE(next_kernel(machine.environment()).will_be_patched());
}

TEST_F(KernelsProblem, AUnitThatIsNotEnabledIsNoneWhereTheInitramfsLoadsPatches) {
    activate(machine, demo);
    add_hook();
    expect_problem("klp-apply.service is not enabled");
    machine.add({file(initrd)});
    EXPECT_TRUE(next_kernel(machine.environment()).will_be_patched());
    machine.add({file("var/lib/suture/off")});
    expect_problem("switched off by the file ");
}

TEST_F(KernelsProblem, AnInitramfsFromBeforeTheVersionBecameActive) {
    add_hook();
    machine.add({file(initrd)});
    activate(machine, demo);
    const auto made = std::filesystem::last_write_time(machine.path(initrd));
    const std::filesystem::path active = machine.path("var/lib/suture/6.1.0-50-amd64/.active");
    std::filesystem::last_write_time(active, made + std::chrono::hours(1));
    expect_problem("klp-apply.service is not enabled");
    std::filesystem::last_write_time(active, made); // as the packages' script takes it
    EXPECT_TRUE(next_kernel(machine.environment()).will_be_patched());
}

TEST_F(KernelsProblem, AnInitramfsThatDoesNotSeeTheStore) {
    activate(machine, demo);
    add_hook();
    machine.add({file(initrd)});
    EXPECT_TRUE(next_kernel(machine.environment()).will_be_patched());
    machine.add(
        {file("proc/self/mountinfo", fmt::format("29 22 8:2 / {} rw,relatime - ext4 /dev/vda2 rw\n",
                                                 machine.path("var").native()))});
    expect_problem("klp-apply.service is not enabled");
}

TEST_F(KernelsProblem, AStoreThatCannotBeRead) {
    machine.write("var/lib/suture/6.1.0-50-amd64/.active", "nonsense\n");
    expect_problem(".active: 'nonsense' names no patch");
    expect_remedy("'klp upgrade' writes it anew");
}

} // namespace
} // namespace suture
