// From one version to the next and back, on a kernel that stays patched all the time; and what
// fails on the way leaves it with the patch that it had.

#include "libklp/store/updates.h"
#include "libklp/testing/failing_disk.h"
#include "libklp/testing/fake_kernel.h"
#include "libklp/testing/stored.h"

#include <cerrno>
#include <fmt/format.h>
#include <functional>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace suture {
namespace {

using namespace std::chrono_literals;
using namespace testing;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr const char *here = "6.1.0-50-amd64";
constexpr const char *other = "6.12.95-amd64";

class UpdatesTest : public ::testing::Test {
  protected:
    // The versions 0, 1 and 2 as demo_0, demo_1, demo_2.
    UpdatesTest() {
        for (const char *version : {"0", "1", "2"})
            install(machine, versioned_patch(fmt::format("demo_{}", version), version));
    }

    static PatchId id(const std::string &version, const std::string &release = here) {
        return {.release = release, .name = "demo_" + version, .version = version};
    }
    Result<Switched> switch_to(const PatchId &id) { return go_to(updates, id); }
    void start_with(const std::string &version) {
        ASSERT_TRUE(switch_to(id(version)));
        kernel.history.clear();
    }
    Result<std::vector<PatchId>> revert_and_remove(const std::string &spec) {
        return updates.revert_and_remove(parse_spec(spec).value(), here, 5s);
    }
    static PatchSpec every_version_of(const std::string &name) {
        PatchSpec spec = parse_spec(name).value();
        spec.every_version = true;
        return spec;
    }
    std::optional<PatchId> active() const {
        return Store(machine.environment()).active(here).value();
    }
    std::optional<Attempt> attempt() const {
        return Store(machine.environment()).attempt(here).value();
    }
    // Whatever the store has noted.
    void load_by_hand(const std::string &version) {
        ASSERT_TRUE(controller.load(updates.store().layout().module(id(version)), {.timeout = 5s}));
        kernel.history.clear();
    }
    // A boot that loads the active version and does not come to its end, and the next one.
    void go_down_at_boot() {
        kernel.reboot();
        kernel.falls = true;
        EXPECT_THROW(static_cast<void>(updates.apply_at_boot({.timeout = 5s})), MachineDown);
        kernel.reboot();
        kernel.history.clear();
    }
    void expect_refused(const Result<Switched> &done, ErrorCode code, const std::string &why) {
        ASSERT_FALSE(done);
        EXPECT_EQ(done.error().code, code);
        EXPECT_THAT(to_text(done.error()), HasSubstr(why));
        EXPECT_THAT(to_text(done.error()), HasSubstr("hint: "));
    }

    FakeMachine machine{{directory("sys/kernel/suture"), module("suture")}};
    FakeClock clock;
    FakeKernel kernel{machine};
    FakeObserver observer;
    QuickDisk disk;
    Controller controller{machine.environment(), kernel, clock, observer};
    Updates updates{machine.environment(), controller, disk, clock, observer};
};

TEST_F(UpdatesTest, TheLaterVersionIsInBeforeTheEarlierIsUnloaded) {
    start_with("1");
    const auto done = switch_to(id("2"));
    ASSERT_TRUE(done) << to_text(done.error());
    EXPECT_THAT(kernel.history, ElementsAre("insert demo_2", "remove demo_1"));
    EXPECT_THAT(done->replaced, ElementsAre("demo_1"));
    EXPECT_THAT(done->still_loaded, IsEmpty());
    EXPECT_THAT(kernel.enabled(), ElementsAre("demo_2"));
    EXPECT_FALSE(kernel.was_unpatched);
    EXPECT_EQ(active(), id("2"));
}

TEST_F(UpdatesTest, GoesToTheLatestAndBackOneByOne) {
    EXPECT_EQ(updates.latest(here).value(), id("2"));
    EXPECT_FALSE(updates.earlier(here, {})); // nothing is active
    start_with("2");
    for (const char *version : {"1", "0"}) {
        const auto earlier = updates.earlier(here, {});
        ASSERT_EQ(earlier.value(), id(version));
        ASSERT_TRUE(switch_to(*earlier));
        EXPECT_THAT(kernel.enabled(), ElementsAre(std::string("demo_") + version));
    }
    EXPECT_FALSE(kernel.was_unpatched);
    EXPECT_THAT(to_text(updates.earlier(here, {}).error()), HasSubstr("the first version"));
}

TEST_F(UpdatesTest, GoesToANamedEarlierVersionAndToNoOther) {
    start_with("2");
    EXPECT_EQ(updates.earlier(here, "0").value(), id("0"));
    EXPECT_EQ(updates.earlier(here, "2").value(), id("2"));
    EXPECT_THAT(to_text(updates.earlier(here, "7").error()), HasSubstr("no version '7'"));
    start_with("1");
    EXPECT_THAT(to_text(updates.earlier(here, "2").error()), HasSubstr("version '2' is later"));
    EXPECT_THAT(to_text(updates.latest(other).error()), HasSubstr(other));
}

TEST_F(UpdatesTest, WhatIsFoundToBeAnotherOneOnceTheStoreIsLockedIsLeft) {
    start_with("0");
    const auto last = [&] { return updates.latest(here); };
    std::optional<Result<Lock>> held =
        store_lock(machine.environment(), clock, clock.now(), [](const std::string &) {});
    clock.plan(clock.elapsed() + 5ms, [&] {
        held.reset();
        install(machine, versioned_patch("demo_3", "3"));
    });
    expect_refused(updates.switch_to(last().value(), last, "upgrade", {.timeout = 5s}),
                   ErrorCode::refused, "was demo_2=2, and is demo_3=3 now");
    EXPECT_EQ(observer.holders.size(), 1u);
    EXPECT_THAT(kernel.history, IsEmpty());
    EXPECT_EQ(active(), id("0"));
    ASSERT_TRUE(updates.switch_to(id("3"), last, "upgrade", {.timeout = 5s}));
    EXPECT_EQ(active(), id("3"));
}

TEST_F(UpdatesTest, WhatIsNotFoundAnyMoreOnceTheStoreIsLockedIsNotGoneTo) {
    start_with("1");
    const auto none = [&] { return updates.latest(other); };
    expect_refused(updates.switch_to(id("2"), none, "upgrade", {.timeout = 5s}),
                   ErrorCode::not_found, "none is installed for that kernel");
    EXPECT_THAT(kernel.history, IsEmpty());
    EXPECT_EQ(active(), id("1"));
}

TEST_F(UpdatesTest, DoingItAgainChangesNothing) {
    start_with("1");
    EXPECT_TRUE(updates.runs(id("1")));
    EXPECT_FALSE(updates.runs(id("2")));
    const auto done = switch_to(id("1"));
    ASSERT_TRUE(done);
    EXPECT_EQ(done->load->kind, Outcome::Kind::already_enabled);
    EXPECT_THAT(kernel.history, IsEmpty());
}

TEST_F(UpdatesTest, AVersionThatTheKernelRefusesLeavesTheOneBefore) {
    start_with("1");
    kernel.refuses = EINVAL;
    EXPECT_FALSE(switch_to(id("2")));
    EXPECT_THAT(kernel.enabled(), ElementsAre("demo_1"));
    EXPECT_EQ(active(), id("1"));
}

TEST_F(UpdatesTest, AVersionThatIsNotCumulativeIsTakenBack) {
    start_with("1");
    kernel.cumulative = false;
    expect_refused(switch_to(id("2")), ErrorCode::refused, "does not take the place of demo_1");
    EXPECT_THAT(kernel.history, ElementsAre("insert demo_2", "remove demo_2"));
    EXPECT_THAT(kernel.enabled(), ElementsAre("demo_1"));
    EXPECT_EQ(active(), id("1"));
}

TEST_F(UpdatesTest, OneThatTakesLongerIsGoneOnWith) {
    start_with("1");
    kernel.slow = true;
    expect_refused(switch_to(id("2")), ErrorCode::still_in_transition, "still enabling");
    EXPECT_EQ(active(), id("1"));
    machine.write("sys/kernel/suture/demo_2/transition", "0\n");
    ASSERT_TRUE(switch_to(id("2")));
    EXPECT_EQ(active(), id("2"));
    EXPECT_THAT(kernel.history, ElementsAre("insert demo_2", "remove demo_1"));
}

TEST_F(UpdatesTest, AModuleOfTheSameNameCannotTakeItsOwnPlace) {
    start_with("1");
    install(machine, versioned_patch("demo_1", "3"));
    expect_refused(switch_to({.release = here, .name = "demo_1", .version = "3"}),
                   ErrorCode::name_taken, "cannot hold both");
    EXPECT_THAT(kernel.history, IsEmpty());
    EXPECT_EQ(active(), id("1"));
}

TEST_F(UpdatesTest, WhereOthersMayWriteItIsSaidEachTimeAndNothingIsWritten) {
    start_with("1");
    const std::filesystem::path folder = updates.store().layout().kernel(here);
    std::filesystem::permissions(folder, std::filesystem::perms::all);
    for (int again = 0; again < 2; ++again) {
        expect_refused(switch_to(id("2")), ErrorCode::untrusted,
                       "others than its owner may write it");
        EXPECT_FALSE(std::filesystem::exists(folder / ".active.tmp"));
    }
    EXPECT_THAT(kernel.history, IsEmpty());
}

TEST_F(UpdatesTest, ACorruptFileIsNeverLoaded) {
    start_with("1");
    machine.append(fmt::format("var/lib/suture/{}/demo_2/2/demo_2.ko", here), "x");
    expect_refused(switch_to(id("2")), ErrorCode::damaged, "demo_2.ko");
    EXPECT_THAT(kernel.history, IsEmpty());
    machine.append(fmt::format("var/lib/suture/{}/demo_1/1/demo_1.ko", here), "x");
    const auto applied = updates.apply({.timeout = 5s});
    ASSERT_FALSE(applied);
    EXPECT_EQ(applied.error().code, ErrorCode::damaged);
    EXPECT_THAT(kernel.enabled(), ElementsAre("demo_1"));
}

TEST_F(UpdatesTest, AFileThatChangesWhenItHasBeenCheckedIsLoadedAsItWas) {
    std::optional<Result<Lock>> held =
        Lock::acquire(machine.path("run/klp.lock"), clock, clock.now(), [](const std::string &) {});
    clock.plan(5ms, [&] {
        machine.write(fmt::format("var/lib/suture/{}/demo_2/2/demo_2.ko", here),
                      versioned_patch("demo_evil", "2").build());
        held.reset();
    });
    const auto done = switch_to(id("2"));
    EXPECT_TRUE(done) << to_text(done.error());
    EXPECT_THAT(kernel.history, ElementsAre("insert demo_2"));
}

TEST_F(UpdatesTest, OfAnotherKernelOnlyTheMarkerIsSet) {
    start_with("1");
    const PatchId foreign = install(machine, versioned_patch("demo_2", "2", other));
    const auto done = switch_to(foreign);
    ASSERT_TRUE(done);
    EXPECT_FALSE(done->load);
    EXPECT_EQ(Store(machine.environment()).active(other).value(), foreign);
    EXPECT_THAT(kernel.history, IsEmpty());
    EXPECT_EQ(active(), id("1"));
}

TEST_F(UpdatesTest, InAChrootTheRunningKernelIsLeftAsItIs) {
    start_with("1");
    machine.add({directory("elsewhere"), symlink("proc/1/root", "../../elsewhere")});
    const auto done = switch_to(id("2"));
    ASSERT_TRUE(done);
    EXPECT_FALSE(done->load);
    EXPECT_EQ(active(), id("2"));
    EXPECT_FALSE(updates.runs(id("1")));
    EXPECT_THAT(updates.remove(parse_spec("demo-1").value(), here, 5s).value(),
                ElementsAre(id("1")));
    EXPECT_THAT(revert_and_remove("demo-2").value(), ElementsAre(id("2")));
    EXPECT_THAT(kernel.history, IsEmpty());
    EXPECT_THAT(kernel.enabled(), ElementsAre("demo_1"));
    EXPECT_EQ(active(), std::nullopt);
}

TEST_F(UpdatesTest, InAContainerTheRunningKernelIsLeftAsItIs) {
    start_with("1");
    machine.add({file("run/systemd/container")});
    const auto done = switch_to(id("2"));
    ASSERT_TRUE(done);
    EXPECT_FALSE(done->load);
    EXPECT_EQ(active(), id("2"));
    EXPECT_TRUE(revert_and_remove("demo-1"));
    EXPECT_THAT(kernel.history, IsEmpty());
    EXPECT_THAT(kernel.enabled(), ElementsAre("demo_1"));
}

TEST_F(UpdatesTest, AFullDiskIsFoundBeforeTheKernelIsTouched) {
    start_with("1");
    FailingDisk full;
    full.fails_to("write", ENOSPC);
    Updates unlucky{machine.environment(), controller, full, clock, observer};
    expect_refused(go_to(unlucky, id("2")), ErrorCode::system, "ENOSPC");
    EXPECT_EQ(active(), id("1"));
    EXPECT_THAT(kernel.history, IsEmpty());
}

TEST_F(UpdatesTest, WhereTheMarkerCannotBePlacedTheSameAgainIsTheWayOut) {
    start_with("1");
    FailingDisk broken;
    broken.fails_to("rename", EIO);
    Updates unlucky{machine.environment(), controller, broken, clock, observer};
    expect_refused(go_to(unlucky, id("2")), ErrorCode::system, "EIO");
    EXPECT_EQ(active(), id("1"));
    EXPECT_THAT(kernel.enabled(), ElementsAre("demo_2")); // never unpatched
    ASSERT_TRUE(switch_to(id("2")));
    EXPECT_EQ(active(), id("2"));
}

TEST_F(UpdatesTest, ALoadThatFailsLeavesNothingInTheStore) {
    start_with("1");
    kernel.refuses = EINVAL;
    EXPECT_FALSE(switch_to(id("2")));
    EXPECT_FALSE(
        std::filesystem::exists(machine.path(fmt::format("var/lib/suture/{}/.active.tmp", here))));
}

TEST_F(UpdatesTest, ActivateLoadsNothing) {
    start_with("1");
    const auto done = updates.activate(id("2"), 5s);
    ASSERT_TRUE(done);
    EXPECT_FALSE(done->load);
    EXPECT_EQ(active(), id("2"));
    EXPECT_THAT(kernel.history, IsEmpty());
    machine.append(fmt::format("var/lib/suture/{}/demo_0/0/demo_0.ko", here), "x");
    EXPECT_EQ(updates.activate(id("0"), 5s).error().code, ErrorCode::damaged);
    EXPECT_EQ(active(), id("2"));
}

TEST_F(UpdatesTest, ApplyLoadsTheActiveOneAndNothingElse) {
    EXPECT_FALSE(updates.apply({.timeout = 5s}).value());
    activate(machine, id("1"));
    const auto done = updates.apply({.timeout = 5s});
    ASSERT_TRUE(done && *done);
    EXPECT_EQ((*done)->id, id("1"));
    EXPECT_THAT(kernel.history, ElementsAre("insert demo_1"));
    EXPECT_EQ(updates.apply({.timeout = 5s}).value()->load->kind, Outcome::Kind::already_enabled);
}

TEST_F(UpdatesTest, ApplyNeedsNoStoreThatCanBeWritten) {
    activate(machine, id("1"));
    FailingDisk read_only;
    read_only.fails_from_here(0, EROFS);
    Updates early{machine.environment(), controller, read_only, clock, observer};
    EXPECT_TRUE(early.apply({.timeout = 5s}));
    EXPECT_EQ(read_only.failed, "");
}

TEST_F(UpdatesTest, ABootThatGoesWellLeavesNoNote) {
    EXPECT_FALSE(updates.apply_at_boot({.timeout = 5s}).value()); // nothing is active
    EXPECT_FALSE(updates.end_boot(5s).value());
    activate(machine, id("1"));
    for (int boot = 0; boot < 3; ++boot) {
        const auto done = updates.apply_at_boot({.timeout = 5s});
        ASSERT_TRUE(done && *done) << boot;
        EXPECT_THAT(kernel.enabled(), ElementsAre("demo_1"));
        EXPECT_EQ(attempt()->id, id("1"));
        EXPECT_EQ(updates.end_boot(5s).value(), id("1"));
        EXPECT_EQ(attempt(), std::nullopt);
        EXPECT_FALSE(updates.end_boot(5s).value());
        kernel.reboot();
    }
}

TEST_F(UpdatesTest, APatchThatMadeTheLastBootFailIsNotTriedAgain) {
    activate(machine, id("1"));
    go_down_at_boot();
    for (int boot = 0; boot < 2; ++boot) {
        for (const auto &refused :
             {updates.apply_at_boot({.timeout = 5s}), updates.apply({.timeout = 5s})}) {
            ASSERT_FALSE(refused);
            EXPECT_EQ(refused.error().code, ErrorCode::failed_boot);
            EXPECT_THAT(to_text(refused.error()), HasSubstr("cannot apply 'demo_1=1'"));
            EXPECT_THAT(to_text(refused.error()), HasSubstr("klp apply --again"));
        }
        EXPECT_THAT(kernel.history, IsEmpty());
        // A boot that went well without it is no sign that it would with it.
        EXPECT_FALSE(updates.end_boot(5s).value());
        kernel.reboot();
    }
}

TEST_F(UpdatesTest, AnotherVersionIsTriedAfterABootThatFailed) {
    for (const char *version : {"0", "2"}) {
        activate(machine, id("1"));
        go_down_at_boot();
        ASSERT_TRUE(switch_to(id(version)));
        kernel.reboot();
        EXPECT_TRUE(updates.apply_at_boot({.timeout = 5s}).value());
        EXPECT_THAT(kernel.enabled(), ElementsAre(std::string("demo_") + version));
        EXPECT_TRUE(updates.end_boot(5s).value());
        kernel.reboot();
    }
}

TEST_F(UpdatesTest, TheSameVersionIsTriedAgainWhereSomebodyWantsIt) {
    activate(machine, id("1"));
    go_down_at_boot();
    EXPECT_FALSE(updates.apply({.timeout = 5s}));
    const auto done = updates.apply_again({.timeout = 5s});
    ASSERT_TRUE(done && *done);
    EXPECT_THAT(kernel.enabled(), ElementsAre("demo_1"));
    kernel.reboot();
    EXPECT_TRUE(updates.apply_at_boot({.timeout = 5s}));
    EXPECT_TRUE(updates.end_boot(5s));
    go_down_at_boot();
    EXPECT_TRUE(switch_to(id("1")));
    kernel.reboot();
    EXPECT_TRUE(updates.apply_at_boot({.timeout = 5s}));
}

TEST_F(UpdatesTest, WhatIsMadeActiveWithoutALoadIsTriedAtTheNextBoot) {
    for (const char *version : {"1", "2"}) {
        activate(machine, id("1"));
        go_down_at_boot();
        ASSERT_TRUE(updates.activate(id(version), 5s));
        EXPECT_THAT(kernel.history, IsEmpty());
        EXPECT_EQ(attempt(), std::nullopt);
        kernel.reboot();
        EXPECT_TRUE(updates.apply_at_boot({.timeout = 5s}).value());
        EXPECT_THAT(kernel.enabled(), ElementsAre(std::string("demo_") + version));
        EXPECT_TRUE(updates.end_boot(5s).value());
    }
}

// A unit may do so at each boot, and must not keep it from being known that they fail.
TEST_F(UpdatesTest, ThatItsVersionIsWantedOnceMoreIsNotTheEndOfABoot) {
    activate(machine, id("1"));
    const std::function<bool()> ways[] = {
        [&] { return switch_to(id("1")).has_value(); },
        [&] { return updates.activate(id("1"), 5s).has_value(); },
        [&] { return updates.apply_again({.timeout = 5s}).has_value(); },
    };
    for (const auto &wants_it : ways) {
        ASSERT_TRUE(updates.apply_at_boot({.timeout = 5s}));
        EXPECT_TRUE(wants_it());
        EXPECT_NE(attempt(), std::nullopt);
        kernel.reboot();
        const auto refused = updates.apply_at_boot({.timeout = 5s});
        ASSERT_FALSE(refused);
        EXPECT_EQ(refused.error().code, ErrorCode::failed_boot);
        EXPECT_TRUE(wants_it());
        EXPECT_EQ(attempt(), std::nullopt);
        kernel.reboot();
    }
}

TEST_F(UpdatesTest, ALoadThatTheKernelRefusesLeavesTheFailedBootNoted) {
    activate(machine, id("1"));
    go_down_at_boot();
    kernel.refuses = EINVAL;
    for (const char *version : {"1", "2"}) {
        EXPECT_FALSE(switch_to(id(version)));
        EXPECT_EQ(active(), id("1"));
        EXPECT_EQ(updates.store().failed_boot(here).value()->id, id("1"));
    }
}

// With the power gone at any step of the disk: it is known until that version is in again, or
// another one is the active one.
TEST_F(UpdatesTest, AFailedBootIsKnownUntilAVersionIsIn) {
    for (const char *version : {"1", "2"}) {
        bool finished = false;
        for (int step = 0; !finished; ++step) {
            SCOPED_TRACE(fmt::format("{}, step {}", version, step));
            activate(machine, id("1"));
            go_down_at_boot();
            FailingDisk disk;
            disk.dies_at = step;
            Updates doomed{machine.environment(), controller, disk, clock, observer};
            try {
                ASSERT_TRUE(go_to(doomed, id(version)));
                finished = true;
            } catch (const PowerLoss &) {
            }
            disk.lose();
            EXPECT_EQ(updates.store().failed_boot(here).value() != std::nullopt,
                      !finished && active() == id("1"));
        }
    }
}

// Or the machine would go down once more than somebody wanted.
TEST_F(UpdatesTest, WhatWasTriedAgainAndFailedIsNotTriedAtTheNextBoot) {
    activate(machine, id("1"));
    go_down_at_boot();
    kernel.falls = true;
    EXPECT_THROW(static_cast<void>(updates.apply_again({.timeout = 5s})), MachineDown);
    kernel.reboot();
    kernel.refuses = EINVAL;
    EXPECT_FALSE(updates.apply_again({.timeout = 5s}));
    kernel.refuses = 0;
    kernel.history.clear();
    EXPECT_EQ(updates.apply_at_boot({.timeout = 5s}).error().code, ErrorCode::failed_boot);
    EXPECT_THAT(kernel.history, IsEmpty());
}

TEST_F(UpdatesTest, ALoadThatTheKernelRefusesIsNoBootThatFailed) {
    activate(machine, id("1"));
    kernel.refuses = EINVAL;
    EXPECT_EQ(updates.apply_at_boot({.timeout = 5s}).error().code, ErrorCode::refused);
    EXPECT_EQ(attempt(), std::nullopt);
    kernel.reboot();
    kernel.refuses = 0;
    EXPECT_TRUE(updates.apply_at_boot({.timeout = 5s}));
}

TEST_F(UpdatesTest, ATransitionThatTakesLongerBelongsToTheBoot) {
    activate(machine, id("1"));
    kernel.slow = true;
    EXPECT_EQ(updates.apply_at_boot({.timeout = 5s}).error().code, ErrorCode::still_in_transition);
    EXPECT_EQ(attempt()->id, id("1"));
    EXPECT_EQ(updates.end_boot(5s).value(), id("1"));
}

TEST_F(UpdatesTest, WhatTheInitramfsLoadedAndNotedIsLeftAsItIs) {
    activate(machine, id("1"));
    const Attempt noted{.id = id("1"), .boot = first_boot};
    ASSERT_TRUE(open_store(machine, disk).note_attempt(noted));
    ASSERT_TRUE(updates.apply({.timeout = 5s}));
    FailingDisk untouched;
    untouched.fails_to("write", EROFS);
    Updates late{machine.environment(), controller, untouched, clock, observer};
    const auto done = late.apply_at_boot({.timeout = 5s});
    ASSERT_TRUE(done && *done);
    EXPECT_EQ((*done)->load->kind, Outcome::Kind::already_enabled);
    EXPECT_EQ(attempt(), noted);
}

TEST_F(UpdatesTest, WhereABootCannotBeNotedNothingIsLoaded) {
    activate(machine, id("1"));
    FailingDisk read_only;
    read_only.fails_to("write", EROFS);
    Updates early{machine.environment(), controller, read_only, clock, observer};
    const auto done = early.apply_at_boot({.timeout = 5s});
    ASSERT_FALSE(done);
    EXPECT_THAT(to_text(done.error()), HasSubstr("EROFS); so nothing was loaded"));
    EXPECT_THAT(to_text(done.error()), HasSubstr("mount its file system for writing"));
    EXPECT_THAT(kernel.history, IsEmpty());
}

// With the power gone, or the machine down, at any step of the disk: either it is known which
// version brought it down, or that one was not loaded yet.
TEST_F(UpdatesTest, NoVersionIsLoadedBeforeItIsNoted) {
    activate(machine, id("1"));
    for (int step = 0;; ++step) {
        SCOPED_TRACE(step);
        kernel.history.clear();
        FailingDisk disk;
        disk.dies_at = step;
        Updates doomed{machine.environment(), controller, disk, clock, observer};
        kernel.falls = true;
        bool is_loaded = false;
        try {
            static_cast<void>(doomed.apply_at_boot({.timeout = 5s}));
        } catch (const PowerLoss &) {
        } catch (const MachineDown &) {
            is_loaded = true;
        }
        disk.lose();
        kernel.reboot();
        EXPECT_EQ(kernel.history.empty(), !is_loaded);
        const bool is_known =
            Store(machine.environment()).failed_boot(here).value() != std::nullopt;
        EXPECT_EQ(is_known, is_loaded);
        if (is_loaded) {
            EXPECT_GT(step, 4);
            return;
        }
    }
}

TEST_F(UpdatesTest, WhatIsLoadedIsNotRemoved) {
    start_with("1");
    const PatchSpec spec = parse_spec("demo-1").value();
    const auto refused = updates.remove(spec, here, 5s);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::busy);
    EXPECT_THAT(to_text(refused.error()), HasSubstr("'demo_1=1': it is loaded, and enabled"));
    ASSERT_TRUE(switch_to(id("2")));
    EXPECT_THAT(updates.remove(spec, here, 5s).value(), ElementsAre(id("1")));
    EXPECT_THAT(updates.remove(spec, here, 5s).value(), IsEmpty());
}

TEST_F(UpdatesTest, WhatIsLoadedIsRevertedFirstIfThatIsAskedFor) {
    start_with("1");
    EXPECT_THAT(revert_and_remove("demo-1").value(), ElementsAre(id("1")));
    EXPECT_THAT(kernel.history, ElementsAre("remove demo_1"));
    EXPECT_THAT(kernel.enabled(), IsEmpty());
    EXPECT_EQ(active(), std::nullopt);
    EXPECT_THAT(revert_and_remove("demo-1").value(), IsEmpty());
    EXPECT_THAT(revert_and_remove("demo-2").value(), ElementsAre(id("2"))); // never loaded
}

TEST_F(UpdatesTest, WhereATaskIsInTheWayOfTheRevertTheTransitionIsTurnedRound) {
    start_with("1");
    machine.write("sys/kernel/suture/demo_1/transition", "1\n");
    clock.plan(clock.elapsed() + 6s,
               [&] { machine.write("sys/kernel/suture/demo_1/transition", "0\n"); });
    const auto refused = revert_and_remove("demo-1");
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::busy);
    EXPECT_THAT(to_text(refused.error()), HasSubstr("still disabling"));
    EXPECT_THAT(to_text(refused.error()), HasSubstr("it is enabled again"));
    EXPECT_THAT(kernel.history, IsEmpty());
    EXPECT_THAT(kernel.enabled(), ElementsAre("demo_1"));
    EXPECT_EQ(active(), id("1"));
    EXPECT_EQ(updates.store().ids(here)->size(), 3u);
}

TEST_F(UpdatesTest, WhereATaskIsInTheWayBothWaysWhereItGoesIsSaid) {
    start_with("1");
    machine.write("sys/kernel/suture/demo_1/transition", "1\n");
    const auto refused = revert_and_remove("demo-1");
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::still_in_transition);
    EXPECT_EQ(to_text(refused.error()),
              "cannot revert 'demo_1': a task held it up, and so it was turned round; it is still "
              "enabling after 5.0 s\n  hint: it goes on by itself: see 'klp blocking -v', and try "
              "again once these tasks have left the functions that they are in");
    EXPECT_THAT(kernel.enabled(), ElementsAre("demo_1"));
    EXPECT_EQ(active(), id("1"));
}

TEST_F(UpdatesTest, WhereTheTaskLeavesAfterAllThePatchIsReverted) {
    start_with("1");
    machine.write("sys/kernel/suture/demo_1/transition", "1\n");
    std::optional<Result<Lock>> held;
    clock.plan(clock.elapsed() + 4s, [&] {
        held = Lock::acquire(machine.path("run/klp.lock"), clock, clock.now(),
                             [](const std::string &) {});
    });
    clock.plan(clock.elapsed() + 6s, [&] {
        machine.remove("sys/kernel/suture/demo_1");
        held.reset();
    });
    EXPECT_THAT(revert_and_remove("demo-1").value(), ElementsAre(id("1")));
    EXPECT_THAT(kernel.history, ElementsAre("remove demo_1"));
    EXPECT_EQ(active(), std::nullopt);
}

TEST_F(UpdatesTest, APatchIsRevertedThoughItsModuleHasToStay) {
    for (const bool somebody_forces : {false, true}) {
        install(machine, versioned_patch("demo_1", "1"));
        start_with("1");
        machine.write("sys/module/demo_1/refcnt", "1\n");
        if (somebody_forces) {
            machine.write("sys/kernel/suture/demo_1/transition", "1\n");
            clock.plan(clock.elapsed() + 1s, [&] { machine.remove("sys/kernel/suture/demo_1"); });
        }
        std::vector<Removed> told;
        const auto removed =
            updates.revert_and_remove(parse_spec("demo-1").value(), here, 5s,
                                      [&](const Removed &one) { told.push_back(one); });
        ASSERT_TRUE(removed) << to_text(removed.error());
        EXPECT_THAT(told, ElementsAre(Removed{.id = id("1"), .still_loaded = true}));
        EXPECT_THAT(kernel.history, IsEmpty());
        EXPECT_THAT(kernel.enabled(), IsEmpty());
        EXPECT_EQ(active(), std::nullopt);
        machine.write("sys/module/demo_1/refcnt", "0\n");
    }
}

TEST_F(UpdatesTest, AModuleThatStaysIsToldOfThoughItsPatchWasForcedOffBefore) {
    start_with("1");
    machine.remove("sys/kernel/suture/demo_1");
    std::vector<Removed> told;
    ASSERT_TRUE(updates.remove(parse_spec("demo-1").value(), here, 5s,
                               [&](const Removed &one) { told.push_back(one); }));
    EXPECT_THAT(told, ElementsAre(Removed{.id = id("1"), .still_loaded = true}));
}

TEST_F(UpdatesTest, WhatAnotherKlpKeepsFromBeingRevertedIsNotRemoved) {
    start_with("1");
    const auto held =
        Lock::acquire(machine.path("run/klp.lock"), clock, clock.now(), [](const std::string &) {});
    EXPECT_EQ(revert_and_remove("demo-1").error().code, ErrorCode::locked);
    EXPECT_THAT(kernel.enabled(), ElementsAre("demo_1"));
    EXPECT_EQ(active(), id("1"));
}

TEST_F(UpdatesTest, WhereTheStoreCannotBeChangedWhatWasRevertedIsLoadedAgain) {
    start_with("1");
    FailingDisk read_only;
    read_only.fails_to("rename", EROFS);
    Updates unlucky{machine.environment(), controller, read_only, clock, observer};
    const auto refused = unlucky.revert_and_remove(parse_spec("demo-1").value(), here, 5s);
    ASSERT_FALSE(refused);
    EXPECT_THAT(to_text(refused.error()), HasSubstr("EROFS"));
    EXPECT_THAT(to_text(refused.error()), HasSubstr("demo_1=1 is loaded again"));
    EXPECT_THAT(kernel.history, ElementsAre("remove demo_1", "insert demo_1"));
    EXPECT_THAT(kernel.enabled(), ElementsAre("demo_1"));
    EXPECT_EQ(active(), id("1"));
}

TEST_F(UpdatesTest, WhatMayNotBeRemovedIsNotRevertedEither) {
    start_with("1");
    const std::filesystem::path folder = updates.store().layout().kernel(here);
    std::filesystem::permissions(folder, std::filesystem::perms::all);
    EXPECT_EQ(revert_and_remove("demo-1").error().code, ErrorCode::untrusted);
    EXPECT_THAT(kernel.history, IsEmpty());
    EXPECT_THAT(kernel.enabled(), ElementsAre("demo_1"));
}

TEST_F(UpdatesTest, WithAVersionItsFailedBootIsRemoved) {
    activate(machine, id("1"));
    go_down_at_boot();
    load_by_hand("1");
    EXPECT_THAT(revert_and_remove("demo-1").value(), ElementsAre(id("1")));
    EXPECT_THAT(kernel.enabled(), IsEmpty());
    EXPECT_FALSE(
        std::filesystem::exists(machine.path(fmt::format("var/lib/suture/{}/.trying", here))));
    activate(machine, install(machine, versioned_patch("demo_1", "1")));
    EXPECT_TRUE(updates.apply_at_boot({.timeout = 5s}).value());
}

TEST_F(UpdatesTest, ARemovalThatFailsLeavesTheFailedBootNoted) {
    activate(machine, id("1"));
    go_down_at_boot();
    FailingDisk read_only;
    read_only.fails_to("rename", EROFS);
    Updates unlucky{machine.environment(), controller, read_only, clock, observer};
    const PatchSpec spec = parse_spec("demo-1").value();
    load_by_hand("1");
    EXPECT_THAT(to_text(unlucky.revert_and_remove(spec, here, 5s).error()),
                HasSubstr("demo_1=1 is loaded again"));
    EXPECT_EQ(updates.store().failed_boot(here).value()->id, id("1"));
    kernel.refuses = EINVAL;
    EXPECT_THAT(to_text(unlucky.revert_and_remove(spec, here, 5s).error()),
                HasSubstr("demo_1=1 is out of the kernel, and 'klp apply --again' loads it"));
    EXPECT_EQ(updates.store().failed_boot(here).value()->id, id("1"));
}

TEST_F(UpdatesTest, WhereOneOfSeveralIsLoadedNoneIsRemoved) {
    install(machine, versioned_patch("demo_1", "3"));
    start_with("1");
    const auto refused = updates.remove(every_version_of("demo_1"), here, 5s);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::busy);
    EXPECT_EQ(updates.store().ids(here)->size(), 4u);
    const auto removed = updates.revert_and_remove(every_version_of("demo_1"), here, 5s);
    EXPECT_THAT(removed.value(), ElementsAre(PatchId{here, "demo_1", "3"}, id("1")));
    EXPECT_THAT(kernel.enabled(), IsEmpty());
}

TEST_F(UpdatesTest, WhereANameHasSeveralVersionsItDoesNotSayWhichIsMeant) {
    install(machine, versioned_patch("demo_1", "3"));
    install(machine, versioned_patch("demo_1", "4", other));
    start_with("1");
    for (const auto &refused :
         {updates.remove(parse_spec("demo-1").value(), here, 5s), revert_and_remove("demo-1")}) {
        ASSERT_FALSE(refused);
        EXPECT_EQ(refused.error().code, ErrorCode::ambiguous);
        EXPECT_EQ(to_text(refused.error()),
                  "cannot remove 'demo_1': 2 versions of it are installed for 6.1.0-50-amd64: "
                  "demo_1=1 (active), demo_1=3\n  hint: name one, as in 'klp remove demo_1=1', or "
                  "give --yes to remove all of them");
    }
    EXPECT_THAT(kernel.history, IsEmpty());
    EXPECT_EQ(updates.store().ids(here)->size(), 4u);
    EXPECT_THAT(revert_and_remove("demo-1=3").value(), ElementsAre(PatchId{here, "demo_1", "3"}));
    EXPECT_THAT(revert_and_remove("demo-1").value(), ElementsAre(id("1"))); // the only one
}

TEST_F(UpdatesTest, WhatIsToBeTypedNamesTheKernelThatDoesNotRun) {
    for (const char *version : {"3", "4"})
        install(machine, versioned_patch("demo", version, other));
    EXPECT_THAT(to_text(updates.remove(parse_spec("demo").value(), other, 5s).error()),
                HasSubstr("'klp remove demo=3 --kernel 6.12.95-amd64'"));
}

TEST_F(UpdatesTest, WaysBackOfAKernelThatDoesNotRunNameIt) {
    const PatchId first = install(machine, versioned_patch("demo_3", "3", other));
    install(machine, versioned_patch("demo_4", "4", other));
    EXPECT_THAT(to_text(updates.earlier(other, {}).error()),
                HasSubstr("'klp upgrade --kernel 6.12.95-amd64' goes to"));
    activate(machine, first);
    for (const auto &version : std::vector<std::optional<std::string>>{std::nullopt, "7", "4"}) {
        const auto refused = updates.earlier(other, version);
        ASSERT_FALSE(refused);
        EXPECT_THAT(to_text(refused.error()),
                    HasSubstr("hint: see 'klp list --kernel 6.12.95-amd64' for the versions"));
        EXPECT_THAT(to_text(refused.error()), Not(HasSubstr("klp revert")));
    }
    EXPECT_THAT(to_text(updates.earlier(other, "4").error()),
                HasSubstr("that is for 'klp upgrade --kernel 6.12.95-amd64'"));
    start_with("0");
    EXPECT_THAT(
        to_text(updates.earlier(here, {}).error()),
        HasSubstr("see 'klp list' for the versions; to go on unpatched: klp revert demo_0"));
}

TEST_F(UpdatesTest, RemovesWhatAPackageBroughtAndNothingElse) {
    const std::string package = "suture-livepatch-" + std::string(here);
    const PatchId brought = install(machine, versioned_patch("demo_3", "3"), package);
    const PatchId later = install(machine, versioned_patch("demo_4", "4"), package);
    // The same build: it was there already, and is not the package's.
    install(machine, versioned_patch("demo_2", "2"), package);
    ASSERT_TRUE(switch_to(later));
    EXPECT_THAT(updates.revert_and_remove({.package = "suture-livepatch-other"}, here, 5s).value(),
                IsEmpty());
    PatchSpec spec{.package = package};
    EXPECT_THAT(updates.revert_and_remove(spec, other, 5s).value(), IsEmpty());
    EXPECT_THAT(updates.revert_and_remove(spec, here, 5s).value(), ElementsAre(brought, later));
    EXPECT_THAT(kernel.enabled(), IsEmpty());
    EXPECT_EQ(updates.store().ids(here)->size(), 3u);
    spec.name = PatchName::parse("demo_2").value();
    EXPECT_THAT(updates.revert_and_remove(spec, here, 5s).value(), IsEmpty());
}

TEST_F(UpdatesTest, WhatIsGoneIsToldAndNotLoadedAgainThoughAnotherOneStays) {
    const std::string package = "suture-livepatch-" + std::string(here);
    const PatchId removed = install(machine, versioned_patch("demo_3", "3"), package);
    const PatchId stays = install(machine, versioned_patch("demo_4", "4"), package);
    load_by_hand("3");
    kernel.cumulative = false;
    load_by_hand("4");
    ASSERT_THAT(kernel.enabled(), ElementsAre("demo_3", "demo_4"));
    // A folder with something in it is not replaced.
    machine.add({file(fmt::format("var/lib/suture/{}/demo_4/.tmp/in/the-way", here))});
    std::vector<Removed> told;
    const auto refused = updates.revert_and_remove(
        {.package = package}, here, 5s, [&](const Removed &one) { told.push_back(one); });
    ASSERT_FALSE(refused);
    EXPECT_THAT(to_text(refused.error()), HasSubstr("demo_4/4': Directory not empty"));
    EXPECT_THAT(to_text(refused.error()), HasSubstr("; demo_4=4 is loaded again\n"));
    EXPECT_THAT(to_text(refused.error()), Not(HasSubstr("demo_3")));
    EXPECT_THAT(told, ElementsAre(Removed{removed}));
    EXPECT_THAT(kernel.enabled(), ElementsAre("demo_4"));
    EXPECT_THAT(updates.store().ids(here).value(), ElementsAre(id("0"), id("1"), id("2"), stays));
}

TEST_F(UpdatesTest, RemovesOneVersionOrAllOfAName) {
    install(machine, versioned_patch("demo_1", "3"));
    install(machine, versioned_patch("demo_1", "3", other));
    EXPECT_THAT(updates.remove(parse_spec("demo_1=3").value(), here, 5s).value(),
                ElementsAre(PatchId{here, "demo_1", "3"}));
    install(machine, versioned_patch("demo_1", "4"));
    EXPECT_EQ(updates.remove(every_version_of("demo_1"), here, 5s)->size(), 2u);
    EXPECT_EQ(Store(machine.environment()).ids(other)->size(), 1u);
    EXPECT_FALSE(parse_spec("demo_1="));
    EXPECT_FALSE(parse_spec("../x"));
}

} // namespace
} // namespace suture
