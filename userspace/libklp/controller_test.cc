// The verbs, each against a machine that answers as the kernel does: what they write, what they
// wait for, when they give up, and that doing again what is done succeeds.

#include "libklp/controller.h"
#include "libklp/lock.h"
#include "libklp/testing/fake_machine.h"
#include "libklp/testing/fake_module.h"
#include "libklp/testing/full_disk.h"

#include <cerrno>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace suture {
namespace {

using namespace std::chrono_literals;
using namespace testing;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using Kind = Outcome::Kind;

constexpr const char *demo = "sys/kernel/suture/demo";

class ControllerTest : public ::testing::Test {
  protected:
    ControllerTest() { machine.write("demo.ko", FakeModule{}.build()); }

    Result<Outcome> load(Clock::Duration timeout = 60s, Clock::Duration deadline = 30s) {
        return controller.load(machine.path("demo.ko"), {.timeout = timeout, .deadline = deadline});
    }
    Result<Outcome> revert(Clock::Duration timeout = 60s) {
        return controller.revert(PatchName::parse("demo").value(), timeout);
    }
    Result<Outcome> unload_verb() {
        return controller.unload(PatchName::parse("demo").value(), 60s);
    }
    Result<Outcome> force(PatchState direction = PatchState::enabling) {
        return controller.force(PatchName::parse("demo").value(), direction, 60s);
    }
    Result<Outcome> enable(Clock::Duration timeout = 60s) {
        return controller.enable(PatchName::parse("demo").value(), timeout);
    }
    Result<Outcome> disable(Clock::Duration timeout = 60s) {
        return controller.disable(PatchName::parse("demo").value(), timeout);
    }

    // What the kernel does when the module goes in and out, and when a transition ends.
    void appear(PatchFiles files) {
        machine.add({directory("sys/kernel/suture", {patch("demo", std::move(files))}),
                     module("demo"), directory("sys/module/suture/holders/demo")});
    }
    void finish_transition() {
        if (machine.read(std::string(demo) + "/enabled") == "1\n")
            machine.write(std::string(demo) + "/transition", "0\n");
        else
            machine.remove(demo);
    }
    int unload() {
        machine.remove("sys/module/demo");
        machine.remove("sys/module/suture/holders/demo");
        return 0;
    }
    // A load that begins, of a Suture that knows deadlines: those have four digits here, since a
    // file is no attribute and keeps what is not written over.
    void begin_loading_with_deadlines() {
        loader.on_insert = [this] {
            appear({.transition = "1", .more = {file("deadline_ms", "7777\n")}});
            return 0;
        };
    }
    // What the runtime does and says at the deadline of a load.
    void pass_deadline() {
        machine.write(std::string(demo) + "/enabled", "0\n");
        machine.append("dev/kmsg",
                       "5,8,8,-;livepatch: 'demo': patching transition not complete after its "
                       "deadline of 250 ms: reversing it, since 1 task has not moved\n"
                       "5,9,9,-;livepatch:   pid=7 tid=7 reason=function comm=sleeper\n"
                       "5,10,10,-;livepatch: 'demo': reversing transition from patching to "
                       "unpatching\n");
    }
    std::string deadline() const { return machine.read(std::string(demo) + "/deadline_ms"); }
    std::string enabled() const { return machine.read(std::string(demo) + "/enabled"); }

    FakeMachine machine{{directory("sys/kernel/suture"), module("suture")}};
    FakeClock clock;
    FakeLoader loader;
    FakeObserver observer;
    Controller controller{machine.environment(), loader, clock, observer};
};

void expect_done(const Result<Outcome> &outcome, Kind kind) {
    ASSERT_TRUE(outcome) << to_text(outcome.error());
    EXPECT_EQ(outcome->kind, kind);
    EXPECT_EQ(outcome->patch, "demo");
}

void expect_error(const Result<Outcome> &outcome, ErrorCode code, const std::string &part) {
    ASSERT_FALSE(outcome);
    EXPECT_EQ(outcome.error().code, code);
    EXPECT_THAT(to_text(outcome.error()), HasSubstr(part));
    EXPECT_THAT(to_text(outcome.error()), HasSubstr("hint:"));
}

TEST_F(ControllerTest, LoadInsertsAndWaitsForTheTransition) {
    loader.on_insert = [this] {
        appear({.transition = "1",
                .more = {file("pending_tasks", "2\n"), file("total_tasks", "57\n")}});
        return 0;
    };
    clock.plan(3ms, [this] { machine.write(std::string(demo) + "/pending_tasks", "1\n"); });
    clock.plan(7ms, [this] { finish_transition(); });
    const auto outcome = load();
    expect_done(outcome, Kind::loaded);
    EXPECT_THAT(loader.inserted, ElementsAre(machine.read("demo.ko")));
    EXPECT_GE(outcome->elapsed, 7ms);
    EXPECT_LT(outcome->elapsed, 15ms);
    EXPECT_THAT(observer.seen, ElementsAre(Progress{PatchState::enabling, 2, 57},
                                           Progress{PatchState::enabling, 1, 57},
                                           Progress{PatchState::enabled, {}, {}}));
}

// Another klp has the lock when the file has been checked; meanwhile it becomes another one.
TEST_F(ControllerTest, LoadTakesTheBytesThatWereCheckedWhateverBecomesOfTheFile) {
    const std::string checked = machine.read("demo.ko");
    loader.on_insert = [this] {
        appear({});
        return 0;
    };
    for (const std::string &later :
         {FakeModule{.source_version = "OTHER"}.build(), std::string("no module"), std::string()}) {
        std::optional<Result<Lock>> held = Lock::acquire(machine.path("run/klp.lock"), clock,
                                                         clock.now(), [](const std::string &) {});
        clock.plan(clock.elapsed() + 5ms, [&] {
            if (later.empty())
                machine.remove("demo.ko");
            else
                machine.write("demo.ko", later);
            held.reset();
        });
        expect_done(load(), Kind::loaded);
        EXPECT_THAT(loader.inserted, ElementsAre(checked)) << printable(later);
        machine.remove(demo);
        machine.remove("sys/module/demo");
        machine.write("demo.ko", checked);
        loader.inserted.clear();
    }
}

TEST_F(ControllerTest, LoadThatIsDoneAtOnceTakesNoTime) {
    loader.on_insert = [this] {
        appear({});
        return 0;
    };
    expect_done(load(0s), Kind::loaded);
    EXPECT_EQ(clock.sleeps(), 0);
}

TEST_F(ControllerTest, LoadGivesUpAtItsDeadlineAndSaysWhatIsLeft) {
    loader.on_insert = [this] {
        appear({.transition = "1",
                .more = {file("pending_tasks", "3\n"), file("total_tasks", "57\n")}});
        return 0;
    };
    const auto outcome = load(2s);
    expect_error(outcome, ErrorCode::still_in_transition, "3 of 57 tasks to go");
    EXPECT_THAT(outcome.error().hint, HasSubstr("klp revert demo"));
    EXPECT_EQ(clock.elapsed(), 2s);
    EXPECT_EQ(enabled(), "1\n"); // left as it is
}

TEST_F(ControllerTest, LoadOfWhatIsLoadedIsDoneAlready) {
    appear({});
    expect_done(load(), Kind::already_enabled);
    EXPECT_THAT(loader.inserted, IsEmpty());
    EXPECT_EQ(clock.sleeps(), 0);
}

TEST_F(ControllerTest, LoadJoinsATransitionThatIsUnderWay) {
    appear({.transition = "1"});
    clock.plan(5ms, [this] { finish_transition(); });
    expect_done(load(), Kind::enabled);
    EXPECT_THAT(loader.inserted, IsEmpty());
}

TEST_F(ControllerTest, LoadTurnsADisableRound) {
    appear({.enabled = "0", .transition = "1"});
    clock.plan(5ms, [this] { finish_transition(); });
    expect_done(load(), Kind::enabled);
    EXPECT_EQ(enabled(), "1\n");
    EXPECT_THAT(loader.inserted, IsEmpty());
}

TEST_F(ControllerTest, LoadRefusesAnotherBuildOfWhatIsLoaded) {
    appear({});
    machine.write("sys/module/demo/srcversion", "OLD\n");
    machine.write("demo.ko", FakeModule{.source_version = "NEW"}.build());
    expect_error(load(), ErrorCode::name_taken, "klp revert demo");
}

TEST_F(ControllerTest, LoadPutsInAnewWhatOnlyLeftItsModule) {
    appear({});
    machine.remove(demo);
    loader.on_remove = [this] { return unload(); };
    loader.on_insert = [this] {
        EXPECT_FALSE(std::filesystem::exists(machine.path("sys/module/demo")));
        appear({});
        return 0;
    };
    expect_done(load(), Kind::loaded);
    EXPECT_THAT(loader.removed, ElementsAre("demo"));
}

TEST_F(ControllerTest, LoadDoesNotUnloadAModuleThatIsNoPatch) {
    machine.add({module("demo")});
    expect_error(load(), ErrorCode::name_taken, "not a live patch is loaded");
    EXPECT_THAT(loader.removed, IsEmpty());
    EXPECT_THAT(loader.inserted, IsEmpty());
}

TEST_F(ControllerTest, LoadShowsTheKernelsReason) {
    machine.write("dev/kmsg", "3,1,1,-;livepatch: patch 'demo': stale; from before\n");
    loader.on_insert = [this] {
        machine.append("dev/kmsg", "3,2,2,-;livepatch: patch 'demo': object 'vmlinux': function "
                                   "'foo': no such function; check its name\n");
        return ENOENT;
    };
    const auto outcome = load();
    expect_error(outcome, ErrorCode::refused,
                 "patch 'demo': object 'vmlinux': function 'foo': no such function\n"
                 "  hint: check its name");
}

TEST_F(ControllerTest, LoadChecksTheFileBeforeAnythingElse) {
    machine.write("demo.ko", "nonsense");
    expect_error(load(), ErrorCode::not_a_module, "not an ELF file");
    EXPECT_THAT(loader.inserted, IsEmpty());
    EXPECT_FALSE(std::filesystem::exists(machine.path("run/klp.lock")));
}

TEST_F(ControllerTest, LoadWithoutPermissionDoesNotTry) {
    machine.write("proc/self/status", "CapEff:\t0000000000000000\n");
    expect_error(load(), ErrorCode::no_permission, "run klp as root");
    EXPECT_THAT(loader.inserted, IsEmpty());
}

TEST_F(ControllerTest, LoadSeesThatSomebodyTurnedItRound) {
    loader.on_insert = [this] {
        appear({.transition = "1"});
        return 0;
    };
    clock.plan(5ms, [this] { machine.write(std::string(demo) + "/enabled", "0\n"); });
    expect_error(load(), ErrorCode::reversed, "it is disabling now");
}

TEST_F(ControllerTest, LoadSeesThatThePatchWasTakenOut) {
    loader.on_insert = [this] {
        appear({.transition = "1"});
        return 0;
    };
    clock.plan(5ms, [this] { machine.remove(demo); });
    expect_error(load(), ErrorCode::reversed, "it is disabled now");
}

TEST_F(ControllerTest, LoadHasADeadlineThatTheRuntimeKeeps) {
    begin_loading_with_deadlines();
    clock.plan(5ms, [this] {
        EXPECT_EQ(deadline(), "1500\n"); // of this transition alone, as the runtime has it
        finish_transition();
    });
    expect_done(load(60s, 1500ms), Kind::loaded);
}

TEST_F(ControllerTest, LoadThatIsOverAtOnceLeavesThePatchItsDeadline) {
    loader.on_insert = [this] {
        appear({.more = {file("deadline_ms", "7777\n")}});
        return 0;
    };
    expect_done(load(60s, 1500ms), Kind::loaded);
    EXPECT_EQ(deadline(), "7777\n");
}

TEST_F(ControllerTest, LoadThatWaitsForATransitionThatRanBeforeLeavesItItsDeadline) {
    appear({.transition = "1", .more = {file("deadline_ms", "7777\n")}});
    clock.plan(5ms, [this] {
        EXPECT_EQ(deadline(), "7777\n");
        finish_transition();
    });
    expect_done(load(60s, 1500ms), Kind::enabled);
    EXPECT_EQ(deadline(), "7777\n");
}

TEST_F(ControllerTest, LoadThatKlpLeavesKeepsItsDeadline) {
    begin_loading_with_deadlines();
    expect_error(load(1s, 3s), ErrorCode::still_in_transition, "still enabling");
    EXPECT_EQ(deadline(), "3000\n");
}

TEST_F(ControllerTest, LoadThatPassesItsDeadlineLeavesTheMachineAsItWas) {
    begin_loading_with_deadlines();
    loader.on_remove = [this] { return unload(); };
    clock.plan(250ms, [this] { pass_deadline(); });
    clock.plan(300ms, [this] { finish_transition(); });
    const auto outcome = load(60s, 250ms);
    expect_error(outcome, ErrorCode::deadline_passed, "nothing of it is left");
    EXPECT_THAT(outcome.error().kernel_log,
                ElementsAre(HasSubstr("since 1 task has not moved"), HasSubstr("comm=sleeper")));
    EXPECT_THAT(loader.removed, ElementsAre("demo"));
}

TEST_F(ControllerTest, LoadSaysWhereItCouldNotCleanUpAfterItsDeadline) {
    begin_loading_with_deadlines();
    clock.plan(250ms, [this] { pass_deadline(); });
    expect_error(load(2s, 250ms), ErrorCode::deadline_passed, "klp revert demo");
    EXPECT_THAT(loader.removed, IsEmpty());
}

TEST_F(ControllerTest, LoadDoesNotCallAModuleWithoutAPatchASuccess) {
    expect_error(load(), ErrorCode::reversed, "shows no patch 'demo'");
}

TEST_F(ControllerTest, RevertDisablesAndUnloads) {
    appear({});
    loader.on_remove = [this] {
        EXPECT_EQ(enabled(), "0\n");
        return unload();
    };
    expect_done(revert(), Kind::reverted);
    EXPECT_THAT(loader.removed, ElementsAre("demo"));
}

TEST_F(ControllerTest, RevertTurnsAnEnableRound) {
    appear({.enabled = "1", .transition = "1"});
    clock.plan(5ms, [this] {
        EXPECT_EQ(enabled(), "0\n");
        finish_transition();
    });
    loader.on_remove = [this] { return unload(); };
    expect_done(revert(), Kind::reverted);
}

TEST_F(ControllerTest, RevertWaitsForADisableThatIsUnderWay) {
    appear({.enabled = "0", .transition = "1"});
    clock.plan(5ms, [this] { finish_transition(); });
    loader.on_remove = [this] { return unload(); };
    expect_done(revert(), Kind::reverted);
    EXPECT_GE(clock.elapsed(), 5ms);
}

TEST_F(ControllerTest, RevertOfWhatIsGoneIsDoneAlready) {
    expect_done(revert(), Kind::not_loaded);
    EXPECT_THAT(loader.removed, IsEmpty());
}

TEST_F(ControllerTest, UnloadTakesOutWhatADisableLeft) {
    appear({});
    machine.remove(demo);
    loader.on_remove = [this] { return unload(); };
    expect_done(unload_verb(), Kind::unloaded);
    EXPECT_THAT(loader.removed, ElementsAre("demo"));
    expect_done(unload_verb(), Kind::not_loaded);
}

TEST_F(ControllerTest, UnloadLeavesAPatchAloneThatIsNotDisabled) {
    for (const char *enabled : {"1", "0"}) {
        appear({.enabled = enabled, .transition = "1"});
        expect_error(unload_verb(), ErrorCode::busy, "klp revert demo");
    }
    appear({});
    expect_error(unload_verb(), ErrorCode::busy, "it is enabled");
    EXPECT_EQ(enabled(), "1\n");
    machine.remove(demo);
    machine.remove("sys/module/suture/holders/demo");
    expect_error(unload_verb(), ErrorCode::not_a_livepatch, "is not a live patch");
    EXPECT_THAT(loader.removed, IsEmpty());
}

TEST_F(ControllerTest, ForceCompletesEitherWay) {
    for (const char *enabled : {"1", "0"}) {
        appear({.enabled = enabled, .transition = "1", .more = {file("force", "-")}});
        clock.plan(clock.elapsed() + 5ms, [this] {
            EXPECT_EQ(machine.read(std::string(demo) + "/force"), "1");
            finish_transition();
        });
        if (*enabled == '1')
            expect_done(force(PatchState::enabling), Kind::forced_on);
        else
            expect_done(force(PatchState::disabling), Kind::forced_off);
    }
}

TEST_F(ControllerTest, ForceNeedsATransition) {
    expect_error(force(), ErrorCode::refused, "no such patch is loaded");
    appear({.more = {file("force", "-")}});
    expect_error(force(), ErrorCode::refused, "no transition of it runs: it is enabled");
    EXPECT_EQ(machine.read(std::string(demo) + "/force"), "-");
}

TEST_F(ControllerTest, ForceThatComesTooLateIsNotCalledOne) {
    // A file that cannot be written to, as it is with no transition.
    appear({.transition = "1", .more = {directory("force")}});
    std::optional<Result<Lock>> held =
        Lock::acquire(machine.path("run/klp.lock"), clock, clock.now(), [](const std::string &) {});
    clock.plan(5ms, [&] {
        finish_transition();
        held.reset();
    });
    expect_done(force(), Kind::enabled);
}

TEST_F(ControllerTest, ForceLeavesWhatIsTurnedRoundBeforeItHasTheLock) {
    appear({.transition = "1", .more = {file("force", "-")}});
    std::optional<Result<Lock>> held =
        Lock::acquire(machine.path("run/klp.lock"), clock, clock.now(), [](const std::string &) {});
    clock.plan(5ms, [&] {
        machine.write(std::string(demo) + "/enabled", "0\n");
        held.reset();
    });
    const auto refused = force();
    expect_error(refused, ErrorCode::refused, "turned round meanwhile, and is disabling now");
    EXPECT_THAT(refused.error().hint, HasSubstr("see 'klp blocking'"));
    EXPECT_EQ(machine.read(std::string(demo) + "/force"), "-");
}

TEST_F(ControllerTest, ForceThatTheKernelRefusesFails) {
    appear({.transition = "1", .more = {directory("force")}});
    expect_error(force(), ErrorCode::system, "EISDIR");
}

TEST_F(ControllerTest, RevertUnloadsWhatADisableLeft) {
    appear({});
    machine.remove(demo);
    loader.on_remove = [this] { return unload(); };
    expect_done(revert(), Kind::unloaded);
}

TEST_F(ControllerTest, RevertDoesNotUnloadAModuleThatIsNoPatch) {
    machine.add({module("demo")});
    expect_error(revert(), ErrorCode::not_a_livepatch, "not a live patch");
    EXPECT_THAT(loader.removed, IsEmpty());
}

TEST_F(ControllerTest, RevertWaitsForTheKernelsLastReference) {
    appear({.enabled = "0", .transition = "1"});
    machine.write("sys/module/demo/refcnt", "1\n");
    clock.plan(5ms, [this] { finish_transition(); });
    clock.plan(30ms, [this] { machine.write("sys/module/demo/refcnt", "0\n"); });
    loader.on_remove = [this] {
        EXPECT_GE(clock.elapsed(), 30ms);
        return unload();
    };
    expect_done(revert(), Kind::reverted);
}

TEST_F(ControllerTest, RevertNamesWhoHoldsTheModule) {
    appear({});
    machine.remove(demo);
    machine.write("sys/module/demo/refcnt", "1\n");
    machine.add({directory("sys/module/demo/holders/greedy")});
    expect_error(revert(), ErrorCode::busy, "in use by greedy");
    EXPECT_THAT(loader.removed, IsEmpty());
}

TEST_F(ControllerTest, RevertSaysThatADisabledPatchStayed) {
    appear({});
    machine.remove(demo);
    loader.on_remove = [] { return EAGAIN; };
    expect_error(revert(), ErrorCode::busy, "it is disabled, but its module is still in use");
}

TEST_F(ControllerTest, RevertGivesUpAtItsDeadline) {
    appear({.enabled = "0", .transition = "1"});
    const auto outcome = revert(1s);
    expect_error(outcome, ErrorCode::still_in_transition, "still disabling after 1.0 s");
    EXPECT_THAT(outcome.error().hint, HasSubstr("klp enable demo"));
    EXPECT_THAT(loader.removed, IsEmpty());
}

TEST_F(ControllerTest, DashesAndUnderscoresAreEqualOnEitherSide) {
    for (const auto &[given, kernels] :
         {std::pair("my-patch", "my_patch"), std::pair("my_patch", "my-patch")}) {
        machine.add({directory("sys/kernel/suture",
                               {patch(kernels, {.enabled = "0", .transition = "0"})})});
        const auto outcome = controller.revert(PatchName::parse(given).value(), 1s);
        ASSERT_TRUE(outcome) << to_text(outcome.error());
        EXPECT_EQ(loader.removed.back(), kernels);
        machine.remove(std::string("sys/kernel/suture/") + kernels);
    }
}

TEST_F(ControllerTest, DisableLeavesTheModule) {
    appear({.transition = "1"});
    clock.plan(5ms, [this] { finish_transition(); });
    expect_done(disable(), Kind::disabled);
    EXPECT_THAT(loader.removed, IsEmpty());
    expect_done(disable(), Kind::not_loaded);
}

TEST_F(ControllerTest, EnableTurnsADisableRound) {
    appear({.enabled = "0", .transition = "1"});
    clock.plan(5ms, [this] { finish_transition(); });
    expect_done(enable(), Kind::enabled);
    expect_done(enable(), Kind::already_enabled);
}

TEST_F(ControllerTest, EnableOfWhatIsNotThereSaysHowToLoadIt) {
    expect_error(enable(), ErrorCode::not_found, "klp load FILE.ko");
}

TEST_F(ControllerTest, AWriteThatFailsIsAnError) {
    appear({.enabled = "0", .transition = "1"});
    const NoFileMayGrow limit;
    expect_error(enable(), ErrorCode::system, "cannot enable 'demo': File too large (EFBIG)");
    expect_error(load(), ErrorCode::system, "cannot load 'demo': File too large (EFBIG)");
}

TEST_F(ControllerTest, ASecondKlpCanTurnRoundWhatTheFirstWaitsFor) {
    loader.on_insert = [this] {
        appear({.transition = "1"});
        return 0;
    };
    loader.on_remove = [this] { return unload(); };
    FakeClock other_clock;
    other_clock.plan(1ms, [this] { finish_transition(); });
    Controller other{machine.environment(), loader, other_clock, observer};
    clock.plan(10ms, [&] {
        const auto reverted = other.revert(PatchName::parse("demo").value(), 1s);
        EXPECT_TRUE(reverted) << to_text(reverted.error());
    });
    expect_error(load(), ErrorCode::reversed, "somebody else");
}

TEST_F(ControllerTest, TwoThatChangeSomethingTakeTurns) {
    FakeClock other_clock;
    Controller other{machine.environment(), loader, other_clock, observer};
    loader.on_insert = [&] {
        const auto meanwhile = other.revert(PatchName::parse("demo").value(), 1s);
        expect_error(meanwhile, ErrorCode::locked, "another klp (pid ");
        appear({});
        return 0;
    };
    expect_done(load(), Kind::loaded);
    EXPECT_EQ(observer.holders.size(), 1u);
}

TEST_F(ControllerTest, TheInKernelLivepatchIsDrivenTheSameWay) {
    machine.remove("sys/kernel/suture");
    machine.add(
        {directory("sys/kernel/livepatch", {patch("demo", {.enabled = "1", .transition = "1"})}),
         module("demo", {file("taint", "OEK\n")})});
    clock.plan(5ms, [this] {
        EXPECT_EQ(machine.read("sys/kernel/livepatch/demo/enabled"), "0\n");
        machine.remove("sys/kernel/livepatch/demo");
    });
    expect_done(revert(), Kind::reverted);
}

TEST_F(ControllerTest, StatusTellsKernelRuntimesAndPatches) {
    appear({.transition = "1"});
    machine.write("sys/module/suture/version", "0.1\n");
    machine.add({directory("sys/kernel/livepatch", {patch("other")})});
    const auto status = controller.status();
    ASSERT_TRUE(status);
    EXPECT_EQ(status->kernel.release, "6.1.0-50-amd64");
    ASSERT_EQ(status->runtimes.size(), 2u);
    EXPECT_EQ(status->runtimes[0].version, "0.1");
    EXPECT_EQ(status->runtimes[1].version, "");
    ASSERT_EQ(status->patches.size(), 2u);
    EXPECT_EQ(status->patches[0].name, "demo");
    EXPECT_EQ(status->patches[1].runtime, Runtime::in_kernel);
    EXPECT_TRUE(status->transition_runs());
    finish_transition();
    EXPECT_FALSE(controller.status().value().transition_runs());
}

TEST_F(ControllerTest, StatusOfAMachineWithoutAny) {
    machine.remove("sys/kernel/suture");
    const auto status = controller.status();
    ASSERT_TRUE(status);
    EXPECT_TRUE(status->runtimes.empty());
    EXPECT_TRUE(status->patches.empty());
    EXPECT_FALSE(status->transition_runs());
}

} // namespace
} // namespace suture
