// For which kernels the initramfs carries patches, and what makes it anew.

#include "libklp/initramfs.h"
#include "libklp/testing/fake_machine.h"

#include <gtest/gtest.h>

namespace suture {
namespace {

using namespace testing;

constexpr const char *release = "6.1.0-50-amd64";

const std::vector<Entry> initramfs_tools{file("usr/sbin/update-initramfs"),
                                         file("usr/share/initramfs-tools/hooks/klp")};
const std::vector<Entry> dracut{file("usr/bin/dracut"),
                                directory("usr/lib/dracut/modules.d/90klp")};

TEST(Initramfs, WithoutTheHookItCarriesNoPatches) {
    const FakeMachine machine{{file("usr/sbin/update-initramfs"), file("usr/bin/dracut"),
                               file("boot/initrd.img-6.1.0-50-amd64")}};
    EXPECT_EQ(initramfs_command(machine.environment(), release), "");
}

TEST(Initramfs, IsThatOfTheKernel) {
    FakeMachine machine{initramfs_tools};
    EXPECT_EQ(initramfs_command(machine.environment(), release), "");
    machine.add({file("boot/initrd.img-6.12.95-amd64")});
    EXPECT_EQ(initramfs_command(machine.environment(), release), "");
    machine.add({file("boot/initrd.img-6.1.0-50-amd64")});
    EXPECT_EQ(initramfs_command(machine.environment(), release),
              "update-initramfs -u -k 6.1.0-50-amd64");
}

TEST(Initramfs, MayBeDracuts) {
    for (const char *image : {"boot/initramfs-6.1.0-50-amd64.img", "boot/initrd-6.1.0-50-amd64",
                              "boot/initrd.img-6.1.0-50-amd64"}) {
        FakeMachine machine{dracut};
        machine.add({file(image)});
        EXPECT_EQ(initramfs_command(machine.environment(), release),
                  "dracut --force --kver 6.1.0-50-amd64")
            << image;
    }
}

// A hook that is there for a program which is not, as where one package has those for both.
TEST(Initramfs, IsMadeByTheProgramThatIsThere) {
    FakeMachine machine{dracut};
    machine.add(
        {file("usr/share/initramfs-tools/hooks/klp"), file("boot/initrd.img-6.1.0-50-amd64")});
    EXPECT_EQ(initramfs_command(machine.environment(), release),
              "dracut --force --kver 6.1.0-50-amd64");
}

} // namespace
} // namespace suture
