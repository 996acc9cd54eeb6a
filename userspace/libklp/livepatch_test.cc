// What sysfs shows of patches is read as it is, for either runtime, in any state, and while parts
// of it vanish.

#include "libklp/livepatch.h"
#include "libklp/testing/fake_machine.h"

#include <gtest/gtest.h>

namespace suture {
namespace {

using namespace testing;

std::vector<Runtime> runtimes_of(const FakeMachine &machine) {
    std::vector<Runtime> runtimes;
    for (const Livepatch &livepatch : Livepatch::find(machine.environment().roots))
        runtimes.push_back(livepatch.runtime());
    return runtimes;
}

Livepatch only_runtime(const FakeMachine &machine) {
    const auto found = Livepatch::find(machine.environment().roots);
    EXPECT_EQ(found.size(), 1u);
    return found.at(0);
}

TEST(LivepatchFind, None) {
    EXPECT_TRUE(runtimes_of(FakeMachine()).empty());
}

TEST(LivepatchFind, Suture) {
    EXPECT_EQ(runtimes_of(FakeMachine({directory("sys/kernel/suture")})),
              std::vector{Runtime::suture});
}

TEST(LivepatchFind, InKernel) {
    EXPECT_EQ(runtimes_of(FakeMachine({directory("sys/kernel/livepatch")})),
              std::vector{Runtime::in_kernel});
}

TEST(LivepatchFind, BothAreTwo) {
    EXPECT_EQ(runtimes_of(
                  FakeMachine({directory("sys/kernel/suture"), directory("sys/kernel/livepatch")})),
              (std::vector{Runtime::suture, Runtime::in_kernel}));
}

TEST(LivepatchFind, SuturesSymlinkIsNoSecondRuntime) {
    EXPECT_EQ(runtimes_of(FakeMachine(
                  {directory("sys/kernel/suture"), symlink("sys/kernel/livepatch", "suture")})),
              std::vector{Runtime::suture});
}

TEST(LivepatchPatches, AreReadWhole) {
    const FakeMachine machine(
        {directory("sys/kernel/suture",
                   {patch("demo", {.more = {file("replace", "0\n"), file("stack_order", "1\n")}},
                          {object("vmlinux", {"meminfo_proc_show,1", "do_it,0"}),
                           object("ext4", {"a,b,2"}, "0")})})});
    const auto patches = only_runtime(machine).patches();
    ASSERT_TRUE(patches);
    EXPECT_EQ(*patches,
              (std::vector<Patch>{
                  {.name = "demo",
                   .runtime = Runtime::suture,
                   .progress = {.state = PatchState::enabled},
                   .replace = false,
                   .stack_order = 1,
                   .objects = {{.name = "ext4", .patched = false, .functions = {{"a,b", 2}}},
                               {.name = "vmlinux",
                                .patched = true,
                                .functions = {{"do_it", 0}, {"meminfo_proc_show", 1}}}}}}));
}

TEST(LivepatchPatches, AttributesOfNewerKernelsMayBeMissing) {
    const FakeMachine machine(
        {directory("sys/kernel/livepatch", {patch("demo", {}, {directory("vmlinux/f,1")})})});
    const auto patch = only_runtime(machine).patch("demo");
    ASSERT_TRUE(patch);
    EXPECT_EQ(patch->replace, std::nullopt);
    EXPECT_EQ(patch->stack_order, std::nullopt);
    EXPECT_EQ(patch->objects, (std::vector<Object>{{.name = "vmlinux", .functions = {{"f", 1}}}}));
}

TEST(LivepatchPatches, WhoseCodeIsLiveIsReadWhereItIsTold) {
    FakeMachine machine({directory(
        "sys/kernel/suture",
        {patch("demo", {},
               {object("vmlinux", {"do_it,1", "do_it,2"}), object("ext4", {"a,b,2"}, "0")})})});
    machine.write("sys/kernel/suture/demo/vmlinux/do_it,2/live", "original -> demo\n");
    machine.write("sys/kernel/suture/demo/ext4/a,b,2/live", "unloaded\n");
    std::vector<Patch> patches = only_runtime(machine).patches().value();
    add_live_owners(machine.environment().roots, patches);
    EXPECT_EQ(patches.at(0).objects,
              (std::vector<Object>{
                  {.name = "ext4", .patched = false, .functions = {{"a,b", 2, "unloaded"}}},
                  {.name = "vmlinux",
                   .patched = true,
                   .functions = {{"do_it", 1}, {"do_it", 2, "original -> demo"}}}}));
    machine.remove("sys/kernel/suture/demo"); // meanwhile
    add_live_owners(machine.environment().roots, patches);
    EXPECT_EQ(patches.at(0).objects.at(0).functions.at(0).live, "");
}

TEST(LivepatchPatches, DirectoriesThatAreNoFunctionsAreLeftOut) {
    const FakeMachine machine({directory(
        "sys/kernel/suture",
        {patch("demo", {}, {object("vmlinux", {"f,1", "stats", ",1", "g,", "h,x", "i,-1"})})})});
    const auto patch = only_runtime(machine).patch("demo");
    ASSERT_TRUE(patch);
    EXPECT_EQ(patch->objects.at(0).functions, (std::vector<Function>{{"f", 1}}));
}

TEST(LivepatchPatches, StandInTheOrderOfTheStack) {
    const FakeMachine machine(
        {directory("sys/kernel/suture", {patch("a", {.more = {file("stack_order", "10\n")}}),
                                         patch("b", {.more = {file("stack_order", "2\n")}})})});
    const auto patches = only_runtime(machine).patches();
    ASSERT_TRUE(patches);
    ASSERT_EQ(patches->size(), 2u);
    EXPECT_EQ(patches->at(0).name, "b");
    EXPECT_EQ(patches->at(1).name, "a");
}

TEST(LivepatchProgress, KnowsTheFourStates) {
    const FakeMachine machine(
        {directory("sys/kernel/suture", {patch("enabled", {.enabled = "1", .transition = "0"}),
                                         patch("enabling", {.enabled = "1", .transition = "1"}),
                                         patch("disabling", {.enabled = "0", .transition = "1"}),
                                         patch("disabled", {.enabled = "0", .transition = "0"})})});
    const Livepatch livepatch = only_runtime(machine);
    for (const PatchState state :
         {PatchState::enabled, PatchState::enabling, PatchState::disabling, PatchState::disabled})
        EXPECT_EQ(livepatch.progress(to_text(state)).value().state, state);
}

TEST(LivepatchProgress, CountsTasksInATransitionOnly) {
    const std::vector<Entry> counts{file("pending_tasks", "3\n"), file("total_tasks", "57\n")};
    const FakeMachine machine(
        {directory("sys/kernel/suture", {patch("moving", {.transition = "1", .more = counts}),
                                         patch("still", {.transition = "0", .more = counts})})});
    const Livepatch livepatch = only_runtime(machine);
    EXPECT_EQ(livepatch.progress("moving").value(),
              (Progress{.state = PatchState::enabling, .pending_tasks = 3, .total_tasks = 57}));
    EXPECT_EQ(livepatch.progress("still").value(), (Progress{.state = PatchState::enabled}));
}

TEST(LivepatchVanishing, APatchThatGoesIsGoneWhateverIsLeftOfIt) {
    const FakeMachine machine({directory(
        "sys/kernel/suture", {patch("whole"), directory("no_transition", {file("enabled", "1\n")}),
                              directory("empty")})});
    const Livepatch livepatch = only_runtime(machine);
    for (const char *name : {"no_transition", "empty", "never_there"})
        EXPECT_EQ(livepatch.progress(name).error().code, ErrorCode::gone) << name;
    const auto patches = livepatch.patches();
    ASSERT_TRUE(patches);
    ASSERT_EQ(patches->size(), 1u);
    EXPECT_EQ(patches->at(0).name, "whole");
}

TEST(LivepatchVanishing, ARuntimeThatGoesHasNoPatches) {
    FakeMachine machine({directory("sys/kernel/suture", {patch("demo")})});
    const Livepatch livepatch = only_runtime(machine);
    machine.remove("sys/kernel/suture");
    EXPECT_EQ(livepatch.patches().value(), std::vector<Patch>());
}

TEST(LivepatchPatches, NonsenseInAStateFileIsAnErrorAndNoState) {
    const FakeMachine machine(
        {directory("sys/kernel/suture", {patch("demo", {.enabled = "maybe"})})});
    const auto patches = only_runtime(machine).patches();
    ASSERT_FALSE(patches);
    EXPECT_EQ(patches.error().code, ErrorCode::system);
    EXPECT_NE(to_text(patches.error()).find("demo/enabled"), std::string::npos);
}

TEST(LivepatchSetEnabled, WritesTheOneFile) {
    const FakeMachine machine({directory("sys/kernel/suture", {patch("demo")})});
    ASSERT_TRUE(only_runtime(machine).set_enabled("demo", false));
    EXPECT_EQ(machine.read("sys/kernel/suture/demo/enabled"), "0\n");
    ASSERT_TRUE(only_runtime(machine).set_enabled("demo", true));
    EXPECT_EQ(machine.read("sys/kernel/suture/demo/enabled"), "1\n");
    EXPECT_EQ(only_runtime(machine).set_enabled("other", true).error().code, ErrorCode::gone);
}

TEST(RunningTransition, NamesThePatchInTheWay) {
    const FakeMachine machine({directory(
        "sys/kernel/livepatch", {patch("a"), patch("b", {.enabled = "0", .transition = "1"})})});
    EXPECT_EQ(running_transition(machine.environment().roots), "patch 'b' is disabling");
    EXPECT_EQ(running_transition(FakeMachine().environment().roots), "");
}

} // namespace
} // namespace suture
