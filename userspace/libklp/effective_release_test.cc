// The effective release has one form, whatever patches are called and say of themselves.

#include "libklp/effective_release.h"

#include <gtest/gtest.h>

namespace suture {
namespace {

Patch a_patch(std::string name, std::string version = "", PatchState state = PatchState::enabled) {
    return {.name = std::move(name),
            .progress = {.state = state},
            .metadata = {.version = std::move(version)}};
}

std::string release_with(std::vector<Patch> patches) {
    return effective_release({.kernel = {.release = "6.1.0-50-amd64", .machine = "x86_64"},
                              .runtimes = {},
                              .patches = std::move(patches)});
}

TEST(EffectiveRelease, IsTheReleaseWithNothingPatched) {
    EXPECT_EQ(release_with({}), "6.1.0-50-amd64");
}

TEST(EffectiveRelease, NamesPatchesInTheirOrder) {
    EXPECT_EQ(release_with({a_patch("fix_b", "3"), a_patch("fix_a")}),
              "6.1.0-50-amd64+fix_b=3+fix_a");
}

TEST(EffectiveRelease, CountsOnlyWhatEveryTaskRuns) {
    EXPECT_EQ(release_with({a_patch("on_its_way", "1", PatchState::enabling),
                            a_patch("leaving", "1", PatchState::disabling),
                            a_patch("off", "1", PatchState::disabled), a_patch("on")}),
              "6.1.0-50-amd64+on");
}

TEST(EffectiveRelease, CanBeTakenApartWhateverAPatchSays) {
    EXPECT_EQ(release_with({a_patch("a+b=c", "1.2~rc1-3:4 +x=\n\xff")}),
              "6.1.0-50-amd64+a_b_c=1.2~rc1-3:4__x___");
}

} // namespace
} // namespace suture
