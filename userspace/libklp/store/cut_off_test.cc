// An upgrade or a removal is cut off at any step, as a package's script starts them: by a loss of
// power, after which the machine boots, or since klp was killed and the machine goes on. Either way
// it has the version that it had or the new one, whole, and the same again brings it to its end.

#include "libklp/store/updates.h"
#include "libklp/testing/failing_disk.h"
#include "libklp/testing/fake_kernel.h"
#include "libklp/testing/stored.h"

#include <cerrno>
#include <functional>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace suture {
namespace {

using namespace std::chrono_literals;
using namespace testing;
using ::testing::AnyOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr const char *release = "6.1.0-50-amd64";
constexpr const char *package = "suture-livepatch-6.1.0-50-amd64";
const PatchId first{.release = release, .name = "demo_1", .version = "1"};
const PatchId second{.release = release, .name = "demo_2", .version = "2"};

// The first version is active and loaded. A package brought it.
struct PatchedMachine {
    PatchedMachine() {
        activate(machine, install(machine, versioned_patch(first.name, first.version), package));
        boot();
    }

    // What runs then, as the units of klp do.
    void boot() {
        kernel.reboot();
        EXPECT_TRUE(updates.apply_at_boot({.timeout = 5s}));
        EXPECT_TRUE(updates.end_boot(5s));
        kernel.history.clear();
        kernel.was_unpatched = false;
    }
    // The same klp, but with another disk.
    Updates with(Disk &other) {
        return {machine.environment(), controller, other, clock, observer};
    }
    std::optional<PatchId> active() const { return updates.store().active(release).value(); }
    bool has_module(const PatchId &id) const {
        return std::filesystem::exists(machine.path("sys/module/" + id.name));
    }

    FakeMachine machine{{directory("sys/kernel/suture"), module("suture")}};
    FakeClock clock;
    FakeKernel kernel{machine};
    FakeObserver observer;
    QuickDisk disk;
    Controller controller{machine.environment(), kernel, clock, observer};
    Updates updates{machine.environment(), controller, disk, clock, observer};
};

using Change = std::function<Result<void>(PatchedMachine &, Updates &)>;

// klp install --activate
Result<void> upgrade(PatchedMachine &patched, Updates &updates) {
    const auto file = patch_file(patched.machine, versioned_patch(second.name, second.version));
    return updates.install(file, package, 5s)
        .and_then([&](const Installed &installed) { return go_to(updates, installed.id); })
        .map([](const Switched &) {});
}

// klp remove --revert
Result<void> removal(PatchedMachine &, Updates &updates) {
    return updates.revert_and_remove({.package = package}, release, 5s)
        .map([](const std::vector<PatchId> &) {});
}

// Calls `check` after each step at which the change can end, and gives how many there were.
int for_each_step(const Change &change,
                  const std::function<void(PatchedMachine &, FailingDisk &)> &check) {
    for (int step = 0;; ++step) {
        SCOPED_TRACE(step);
        PatchedMachine patched;
        FailingDisk disk;
        disk.dies_at = step;
        Updates doomed = patched.with(disk);
        try {
            EXPECT_TRUE(change(patched, doomed));
            return step;
        } catch (const PowerLoss &) {
        }
        check(patched, disk);
    }
}

void expect_upgraded(PatchedMachine &patched) {
    EXPECT_THAT(patched.kernel.enabled(), ElementsAre(second.name));
    EXPECT_EQ(patched.active(), second);
    EXPECT_FALSE(patched.has_module(first));
    EXPECT_FALSE(patched.kernel.was_unpatched);
    EXPECT_EQ(patched.updates.store().package(second).value(), package);
}

// It boots with what is active, and nothing is left to be done after the same command.
void expect_upgrade_to_boot(PatchedMachine &patched, FailingDisk &) {
    patched.boot();
    EXPECT_THAT(patched.active(), AnyOf(first, second));
    EXPECT_THAT(patched.kernel.enabled(), ElementsAre(patched.active()->name));
    EXPECT_TRUE(upgrade(patched, patched.updates));
    expect_upgraded(patched);
}

TEST(CutOff, AnUpgradeByALossOfPowerAtAnyStep) {
    EXPECT_GT(for_each_step(upgrade, expect_upgrade_to_boot), 10);
    const auto lose = [](PatchedMachine &patched, FailingDisk &disk) {
        disk.lose();
        expect_upgrade_to_boot(patched, disk);
    };
    EXPECT_GT(for_each_step(upgrade, lose), 10);
}

TEST(CutOff, AnUpgradeWhoseKlpWasKilledAtAnyStep) {
    const auto check = [](PatchedMachine &patched, FailingDisk &) {
        EXPECT_THAT(patched.kernel.enabled(),
                    AnyOf(ElementsAre(first.name), ElementsAre(second.name)));
        EXPECT_TRUE(upgrade(patched, patched.updates));
        expect_upgraded(patched);
    };
    EXPECT_GT(for_each_step(upgrade, check), 10);
}

// What klp apply does is to load the active version, whatever the kernel runs.
TEST(CutOff, AnUpgradeThatIsNotWantedAnyMore) {
    const auto check = [](PatchedMachine &patched, FailingDisk &) {
        EXPECT_TRUE(patched.updates.apply({.timeout = 5s}));
        EXPECT_THAT(patched.kernel.enabled(), ElementsAre(patched.active()->name));
        EXPECT_FALSE(patched.kernel.was_unpatched);
    };
    EXPECT_GT(for_each_step(upgrade, check), 10);
}

TEST(CutOff, AnUpgradeByAMachineThatGoesDownInIt) {
    PatchedMachine patched;
    patched.kernel.falls = true;
    EXPECT_THROW(static_cast<void>(upgrade(patched, patched.updates)), MachineDown);
    patched.boot();
    EXPECT_EQ(patched.active(), first);
    EXPECT_THAT(patched.kernel.enabled(), ElementsAre(first.name));
}

void expect_removal_to_boot(PatchedMachine &patched) {
    patched.boot();
    if (patched.active())
        EXPECT_THAT(patched.kernel.enabled(), ElementsAre(first.name));
    else
        EXPECT_THAT(patched.kernel.enabled(), IsEmpty());
    EXPECT_TRUE(removal(patched, patched.updates));
    EXPECT_THAT(patched.kernel.enabled(), IsEmpty());
    EXPECT_THAT(patched.updates.store().ids().value(), IsEmpty());
}

TEST(CutOff, ARemovalByALossOfPowerAtAnyStep) {
    for (const bool loses : {false, true}) {
        const auto check = [&](PatchedMachine &patched, FailingDisk &disk) {
            if (loses)
                disk.lose();
            expect_removal_to_boot(patched);
        };
        EXPECT_GT(for_each_step(removal, check), 2);
    }
}

TEST(CutOff, AFullDiskAtAnyStepOfAnUpgradeLeavesTheVersionThatRan) {
    for (int step = 0;; ++step) {
        SCOPED_TRACE(step);
        PatchedMachine patched;
        FailingDisk disk;
        disk.fails_from_here(step, ENOSPC);
        Updates unlucky = patched.with(disk);
        const Result<void> done = upgrade(patched, unlucky);
        if (disk.failed.empty())
            break;
        // What makes no file bigger needs no room.
        if (disk.failed != "write" && disk.failed != "make_directory" && disk.failed != "sync file")
            continue;
        ASSERT_FALSE(done);
        EXPECT_THAT(to_text(done.error()), HasSubstr("make room on its file system"));
        EXPECT_THAT(patched.kernel.history, IsEmpty());
        EXPECT_EQ(patched.active(), first);
        EXPECT_TRUE(upgrade(patched, patched.updates));
        expect_upgraded(patched);
    }
}

} // namespace
} // namespace suture
