// The power may go at any step of a change: whoever looks next finds the old state or the new one,
// whole, and can go on from there.

#include "libklp/testing/failing_disk.h"
#include "libklp/testing/stored.h"

#include <cerrno>
#include <functional>
#include <gtest/gtest.h>

namespace suture {
namespace {

using namespace testing;

constexpr const char *release = "6.1.0-50-amd64";
const PatchId first{.release = release, .name = "demo_1", .version = "1"};
const PatchId second{.release = release, .name = "demo_2", .version = "2"};

using Change = std::function<Result<void>(FakeMachine &, StoreWriter &)>;

struct Case {
    const char *name;
    std::function<void(FakeMachine &)> prepare;
    Change change;
};

Change install_of(const PatchId &id, const std::string &package = {}) {
    return [id, package](FakeMachine &machine, StoreWriter &writer) {
        return writer.install(patch_file(machine, versioned_patch(id.name, id.version)), package)
            .map([](const Installed &) {});
    };
}

Change removal_of(const PatchId &id) {
    return [id](FakeMachine &, StoreWriter &writer) { return writer.remove(id); };
}

Change activation_of(const PatchId &id) {
    return [id](FakeMachine &, StoreWriter &writer) { return writer.activate(id); };
}

Result<void> note_a_boot(FakeMachine &, StoreWriter &writer) {
    return writer.note_attempt({.id = first, .boot = "an-earlier-boot"});
}

Result<void> forget_a_boot(FakeMachine &, StoreWriter &writer) {
    return writer.forget_attempt(release);
}

void nothing(FakeMachine &) {}

void one_active(FakeMachine &machine) {
    activate(machine, install(machine, versioned_patch("demo_1", "1")));
}

void two_one_active(FakeMachine &machine) {
    one_active(machine);
    install(machine, versioned_patch("demo_2", "2"));
}

void two_none_active(FakeMachine &machine) {
    install(machine, versioned_patch("demo_1", "1"));
    install(machine, versioned_patch("demo_2", "2"));
}

void one_failed(FakeMachine &machine) {
    one_active(machine);
    fail_a_boot(machine, first);
}

void two_one_failed(FakeMachine &machine) {
    two_one_active(machine);
    fail_a_boot(machine, first);
}

const Case cases[] = {
    {"the first is installed", nothing, install_of(first)},
    {"another is installed", one_active, install_of(second)},
    {"a package brings another", one_active, install_of(second, "suture-livepatch-6.1")},
    {"the first is made active", two_none_active, activation_of(first)},
    {"another is made active", two_one_active, activation_of(second)},
    {"the active one is removed", two_one_active, removal_of(first)},
    {"another is removed", two_one_active, removal_of(second)},
    {"the last is removed", one_active, removal_of(first)},
    {"a boot is about to load the active one", one_active, note_a_boot},
    {"that boot has come to its end", one_failed, forget_a_boot},
    {"what failed is made active once more", one_failed, activation_of(first)},
    {"another than what failed is made active", two_one_failed, activation_of(second)},
    {"what failed is removed", two_one_failed, removal_of(first)},
    {"another than what failed is removed", two_one_failed, removal_of(second)},
    {"a package brings another than what failed", one_failed,
     install_of(second, "suture-livepatch-6.1")},
};

bool has_leftovers(const FakeMachine &machine) {
    for (const auto &entry :
         std::filesystem::recursive_directory_iterator(machine.path("var/lib/suture"))) {
        if (entry.path().native().ends_with(unfinished))
            return true;
    }
    return false;
}

std::string state_after(const Case &what) {
    FakeMachine machine;
    what.prepare(machine);
    QuickDisk disk;
    {
        StoreWriter writer = open_store(machine, disk);
        EXPECT_TRUE(what.change(machine, writer));
    }
    return stored(machine);
}

// Every step is one at which it ends; `end` makes of the disk what is left of it then. Gives how
// many steps there were.
int for_each_step(const Case &what, const std::function<void(FakeMachine &, FailingDisk &)> &end) {
    const std::string after = state_after(what);
    for (int step = 0;; ++step) {
        SCOPED_TRACE(std::string(what.name) + ", step " + std::to_string(step));
        FakeMachine machine;
        what.prepare(machine);
        const std::string before = stored(machine);
        FailingDisk disk;
        disk.dies_at = step;
        bool died = false;
        try {
            StoreWriter writer = open_store(machine, disk);
            EXPECT_TRUE(what.change(machine, writer));
        } catch (const PowerLoss &) {
            died = true;
        }
        end(machine, disk);
        const std::string left = stored(machine);

        QuickDisk good;
        {
            StoreWriter again = open_store(machine, good);
            EXPECT_FALSE(has_leftovers(machine));
            EXPECT_EQ(stored(machine), left);
            if (left == before) {
                EXPECT_TRUE(what.change(machine, again));
            }
        }
        EXPECT_EQ(stored(machine), after);
        EXPECT_TRUE(left == before || left == after) << left;
        // What was said to be done is done.
        if (!died) {
            EXPECT_EQ(left, after);
            return step;
        }
    }
}

TEST(PowerLoss, AtAnyStepWithAllThatWasWrittenOnTheDisk) {
    for (const Case &what : cases)
        EXPECT_GT(for_each_step(what, [](FakeMachine &, FailingDisk &) {}), 4) << what.name;
}

TEST(PowerLoss, AtAnyStepWithOnlyWhatWasSynchronisedOnTheDisk) {
    for (const Case &what : cases)
        EXPECT_GT(for_each_step(what, [](FakeMachine &, FailingDisk &disk) { disk.lose(); }), 4)
            << what.name;
}

TEST(PowerLoss, AFullDiskAtAnyStepLeavesTheOldState) {
    for (const Case &what : cases) {
        for (int step = 0;; ++step) {
            SCOPED_TRACE(std::string(what.name) + ", step " + std::to_string(step));
            FakeMachine machine;
            what.prepare(machine);
            const std::string before = stored(machine);
            FailingDisk disk;
            StoreWriter writer = open_store(machine, disk);
            disk.fails_from_here(step, ENOSPC);
            const Result<void> done = what.change(machine, writer);
            if (disk.failed.empty())
                break;
            // Sweeping up can wait.
            EXPECT_TRUE(!done || disk.failed == "remove") << disk.failed;
            if (!done && disk.failed != "sync folder") {
                EXPECT_EQ(stored(machine), before);
                EXPECT_FALSE(has_leftovers(machine));
            }
        }
    }
}

} // namespace
} // namespace suture
