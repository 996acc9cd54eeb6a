// /sys/module tells whether a module is there, is a live patch, is in use, and is this build.

#include "libklp/modules.h"
#include "libklp/testing/fake_machine.h"

#include <gtest/gtest.h>

namespace suture {
namespace {

using namespace testing;

TEST(Modules, KnowsWhatIsLoaded) {
    const FakeMachine machine({module("demo")});
    const Modules modules(machine.environment().roots);
    EXPECT_TRUE(modules.is_loaded("demo"));
    EXPECT_FALSE(modules.is_loaded("other"));
}

TEST(Modules, ALivepatchHoldsSutureOrHasTheTaint) {
    const FakeMachine machine({module("suture", {directory("holders/of_suture")}),
                               module("of_suture"), module("of_kernel", {file("taint", "OEK\n")}),
                               module("other", {file("taint", "OE\n")})});
    const Modules modules(machine.environment().roots);
    EXPECT_TRUE(modules.is_livepatch("of_suture"));
    EXPECT_TRUE(modules.is_livepatch("of_kernel"));
    EXPECT_FALSE(modules.is_livepatch("other"));
    EXPECT_FALSE(modules.is_livepatch("absent"));
}

TEST(Modules, CountsReferencesAndNamesHolders) {
    FakeMachine machine({module("demo", {directory("holders/b"), symlink("holders/a", "../b")})});
    machine.write("sys/module/demo/refcnt", "2\n");
    const Modules modules(machine.environment().roots);
    EXPECT_EQ(modules.references("demo"), 2u);
    EXPECT_EQ(modules.references("absent"), 0u);
    EXPECT_EQ(modules.holders("demo"), (std::vector<std::string>{"a", "b"}));
}

TEST(Modules, BuildsAreToldApartByBuildIdElseBySource) {
    PatchFile patch_file;
    patch_file.name = "demo";
    patch_file.build_id_note = std::string("a\0\n", 3);
    patch_file.source_version = "ABC";
    const auto is_same = [&](std::vector<Entry> more) {
        const FakeMachine machine({module("demo", std::move(more))});
        return Modules(machine.environment().roots).is_same_build(patch_file);
    };
    const Entry same_note = file("notes/.note.gnu.build-id", std::string("a\0\n", 3));
    const Entry other_note = file("notes/.note.gnu.build-id", std::string("a\0b", 3));
    EXPECT_TRUE(is_same({same_note, file("srcversion", "XYZ\n")}));
    EXPECT_FALSE(is_same({other_note, file("srcversion", "ABC\n")}));
    EXPECT_TRUE(is_same({file("srcversion", "ABC\n")}));
    EXPECT_FALSE(is_same({file("srcversion", "XYZ\n")}));
    EXPECT_TRUE(is_same({}));
}

} // namespace
} // namespace suture
