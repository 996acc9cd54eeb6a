// What the kernel's own modules were built with tells what a patch has to be built with.

#include "libklp/installed_modules.h"
#include "libklp/testing/fake_machine.h"
#include "libklp/testing/fake_module.h"

#include <gtest/gtest.h>

namespace suture {
namespace {

using namespace testing;

TEST(InstalledModules, TheKernelsOwnTellItsVermagic) {
    FakeMachine machine;
    const std::string modules = "lib/modules/6.1.0-50-amd64";
    const FakeModule other{.vermagic = "6.1.0-50-amd64 other "};
    EXPECT_EQ(InstalledModules(machine.environment()).vermagic(), std::nullopt);
    machine.add({file(modules + "/updates/suture.ko", other.build()),
                 file(modules + "/kernel/fs/broken.ko", "broken")});
    EXPECT_EQ(InstalledModules(machine.environment()).vermagic(), std::nullopt);
    machine.add({file(modules + "/kernel/fs/ext4/ext4.ko", FakeModule{.name = "ext4"}.build())});
    EXPECT_EQ(InstalledModules(machine.environment()).vermagic(), FakeModule{}.vermagic);
}

TEST(InstalledModules, WithoutAnIndexNoneIsFound) {
    EXPECT_FALSE(InstalledModules(FakeMachine().environment()).has("ext4"));
}

} // namespace
} // namespace suture
