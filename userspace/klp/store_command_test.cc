// The verbs of the store as scripts and people meet them.

#include "klp/command.h"
#include "libklp/testing/fake_kernel.h"
#include "libklp/testing/slow_answer.h"
#include "libklp/testing/stored.h"

#include <cerrno>
#include <fmt/format.h>
#include <functional>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sstream>

namespace suture {
namespace {

using namespace testing;
using ::testing::ContainsRegex;
using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

constexpr const char *other = "6.12.95-amd64";

class StoreCommandTest : public ::testing::Test {
  protected:
    // `before_it` is what happens before that answer comes.
    int run(
        std::vector<std::string> arguments, const char *answer = nullptr,
        const std::function<void()> &before_it = [] {}) {
        out.str("");
        err.str("");
        SlowAnswer given(answer == nullptr ? "" : answer, before_it);
        std::istream in(&given);
        return run_command(std::move(arguments), machine.environment(), kernel, clock,
                           {.out = out, .err = err, .in = answer == nullptr ? nullptr : &in});
    }
    std::string file_of(const std::string &version, const char *release = "6.1.0-50-amd64",
                        const char *more = nullptr) {
        FakeModule module = versioned_patch("demo_" + version, version, release);
        if (more != nullptr)
            module.metadata_notes += metadata_field(more, std::endian::little);
        const std::string path = fmt::format("demo_{}.ko", version);
        machine.write(path, module.build());
        return machine.path(path);
    }
    void install(const std::string &version) {
        ASSERT_EQ(run({"install", file_of(version)}), exit_done) << err.str();
    }
    // Somebody else has the store when klp wants it, and has made that change when klp gets it.
    void meanwhile(const std::function<void()> &change) {
        held = store_lock(machine.environment(), clock, clock.now(), [](const std::string &) {});
        clock.plan(clock.elapsed() + std::chrono::milliseconds(5), [this, change] {
            held.reset();
            change();
        });
    }
    // Not that of the first process.
    void enter_chroot() {
        machine.add({directory("elsewhere"), symlink("proc/1/root", "../../elsewhere")});
    }
    void fall_ill() {
        machine.add({file("proc/sys/kernel/tainted", "128\n")}); // D
    }

    const PatchId demo_1{.release = "6.1.0-50-amd64", .name = "demo_1", .version = "1"};
    FakeMachine machine{{directory("sys/kernel/suture"), module("suture")}};
    FakeClock clock;
    FakeKernel kernel{machine};
    std::optional<Result<Lock>> held;
    std::ostringstream out;
    std::ostringstream err;
};

TEST_F(StoreCommandTest, TheLifeOfAPatch) {
    EXPECT_EQ(run({"apply"}), exit_done);
    EXPECT_EQ(out.str(), "no version is active for 6.1.0-50-amd64; nothing to do\n");
    EXPECT_EQ(run({"install", file_of("0", "6.1.0-50-amd64", "initial=yes"), file_of("1")}),
              exit_done);
    EXPECT_EQ(out.str(), "demo_0=0: installed for 6.1.0-50-amd64\n"
                         "demo_1=1: installed for 6.1.0-50-amd64\n");
    EXPECT_EQ(run({"upgrade"}), exit_done);
    EXPECT_EQ(out.str(), "demo_1=1: active, loaded and enabled in 0 ms\n");
    install("2");
    EXPECT_EQ(run({"upgrade"}), exit_done);
    EXPECT_EQ(out.str(), "demo_2=2: active, loaded and enabled in 0 ms, in place of demo_1\n");
    EXPECT_EQ(run({"upgrade"}), exit_done);
    EXPECT_EQ(out.str(), "demo_2=2: active, and loaded already; nothing to do\n");
    EXPECT_EQ(run({"downgrade"}), exit_done);
    EXPECT_THAT(out.str(), StartsWith("demo_1=1: active, loaded and enabled in "));
    EXPECT_EQ(run({"list"}), exit_done);
    EXPECT_EQ(out.str(), "6.1.0-50-amd64 (running)\n"
                         "  demo_0=0: installed, initial live patch\n"
                         "  demo_1=1: active\n"
                         "  demo_2=2: available\n");
    EXPECT_EQ(run({"downgrade", "--to", "0"}), exit_done);
    EXPECT_EQ(run({"patches"}), exit_done);
    EXPECT_EQ(run({"remove", "demo_2=2"}), exit_done);
    EXPECT_EQ(out.str(), "demo_2=2: removed, it was for 6.1.0-50-amd64\n");
    EXPECT_EQ(run({"remove", "demo_2"}), exit_done);
    EXPECT_EQ(out.str(), "demo_2: not installed for 6.1.0-50-amd64; nothing to do\n");
    EXPECT_FALSE(kernel.was_unpatched);
}

TEST_F(StoreCommandTest, EachFileIsTriedAndTheOthersAreInstalled) {
    machine.write("text.ko", "text");
    EXPECT_EQ(run({"install", file_of("1"), machine.path("text.ko"), file_of("2")}), exit_failed);
    EXPECT_EQ(out.str(), "demo_1=1: installed for 6.1.0-50-amd64\n"
                         "demo_2=2: installed for 6.1.0-50-amd64\n");
    EXPECT_THAT(err.str(), HasSubstr("text.ko': it is not an ELF file"));
    EXPECT_EQ(run({"install", machine.path("demo_1.ko")}), exit_done);
    EXPECT_THAT(out.str(), HasSubstr("already; nothing to do"));
}

TEST_F(StoreCommandTest, OfSeveralFilesOneThatFailedCountsMoreThanOneThatGoesOn) {
    machine.write("text.ko", "text");
    kernel.slow = true;
    const std::string slow = file_of("1");
    const std::string bad = machine.path("text.ko");
    EXPECT_EQ(run({"install", "--activate", "-t", "1", slow}), exit_in_transition);
    EXPECT_EQ(run({"install", "--activate", "-t", "1", bad, slow}), exit_failed);
    EXPECT_EQ(run({"install", "--activate", "-t", "1", slow, bad}), exit_failed);
}

TEST_F(StoreCommandTest, KernelsStandSideBySide) {
    EXPECT_EQ(run({"install", file_of("1"), file_of("2", other)}), exit_done);
    EXPECT_EQ(run({"upgrade", "--kernel", other}), exit_done);
    EXPECT_EQ(out.str(), "demo_2=2: active for 6.12.95-amd64, from its next boot on\n");
    EXPECT_THAT(kernel.history, IsEmpty());
    EXPECT_EQ(run({"list"}), exit_done);
    EXPECT_EQ(out.str(), "6.1.0-50-amd64 (running)\n"
                         "  demo_1=1: available\n"
                         "6.12.95-amd64\n"
                         "  demo_2=2: active\n");
    EXPECT_EQ(run({"list", "--kernel", other}), exit_done);
    EXPECT_EQ(out.str(), "6.12.95-amd64\n"
                         "  demo_2=2: active\n");
    EXPECT_EQ(run({"remove", "demo_2", "-k", other}), exit_done);
    EXPECT_EQ(run({"upgrade", "-k", other}), exit_failed);
    EXPECT_THAT(err.str(), HasSubstr(other));
    EXPECT_THAT(err.str(), HasSubstr("klp install FILE.ko"));
}

TEST_F(StoreCommandTest, ListSaysWhatWillNotBeLoaded) {
    EXPECT_EQ(run({"list"}), exit_done);
    EXPECT_EQ(out.str(), "no patches are installed\n");
    install("1");
    machine.append("var/lib/suture/6.1.0-50-amd64/demo_1/1/demo_1.ko", "x");
    EXPECT_EQ(run({"list"}), exit_done);
    EXPECT_THAT(out.str(), HasSubstr("  demo_1=1: available\n    it will not be loaded: "));
    EXPECT_EQ(run({"upgrade"}), exit_failed);
    EXPECT_THAT(err.str(), HasSubstr("demo_1.ko': its content is not what was installed"));
}

TEST_F(StoreCommandTest, ListAsJson) {
    install("1");
    EXPECT_EQ(run({"upgrade"}), exit_done);
    EXPECT_EQ(run({"list", "--json"}), exit_done);
    for (const char *part :
         {"\"schema_version\": 1,", "\"running_kernel\": \"6.1.0-50-amd64\",",
          "\"kernel\": \"6.1.0-50-amd64\",", "\"name\": \"demo_1\",", "\"version\": \"1\",",
          "\"state\": \"active\",", "/6.1.0-50-amd64/demo_1/1/demo_1.ko\",", "\"initial\": false,",
          "\"problem\": null"})
        EXPECT_THAT(out.str(), HasSubstr(part));
    EXPECT_THAT(out.str(), ContainsRegex("\"sha256\": \"[0-9a-f]{64}\","));
    machine.remove("var/lib/suture/6.1.0-50-amd64/demo_1/1/demo_1.ko");
    EXPECT_EQ(run({"list", "--json"}), exit_done);
    EXPECT_THAT(out.str(), HasSubstr("\"file\": null,"));
    EXPECT_THAT(out.str(), HasSubstr("demo_1.ko: No such file"));
}

TEST_F(StoreCommandTest, AKernelThatIsNotWellIsChangedOnlyIfSomebodySaysSo) {
    install("1");
    fall_ill();
    for (const std::vector<std::string> &arguments :
         {std::vector<std::string>{"upgrade"}, {"upgrade", "-n"}}) {
        EXPECT_EQ(run(arguments), exit_failed);
        EXPECT_THAT(err.str(), HasSubstr("bad: taint: the kernel had an oops"));
        EXPECT_THAT(err.str(), HasSubstr("cannot upgrade '6.1.0-50-amd64': this kernel is not "
                                         "well"));
        EXPECT_THAT(kernel.history, IsEmpty());
    }
    EXPECT_EQ(run({"upgrade"}, "no\n"), exit_failed);
    EXPECT_THAT(err.str(), HasSubstr("Type 'yes' to go on: "));
    EXPECT_EQ(run({"upgrade", "-n"}, "yes\n"), exit_failed); // not even asked
    EXPECT_THAT(kernel.history, IsEmpty());
    EXPECT_EQ(run({"upgrade"}, "yes\n"), exit_done);
    EXPECT_THAT(kernel.history, ElementsAre("insert demo_1"));
    EXPECT_EQ(run({"upgrade"}), exit_done); // nothing to do, so nothing to ask
    install("2");
    EXPECT_EQ(run({"upgrade", "--yes"}), exit_done);
    EXPECT_THAT(err.str(), HasSubstr("the kernel had an oops"));
    EXPECT_EQ(run({"downgrade", "-n"}), exit_failed);
    EXPECT_THAT(kernel.enabled(), ElementsAre("demo_2"));
}

TEST_F(StoreCommandTest, AnUpgradeDoesNotUndoWhatSomebodyElseDidMeanwhile) {
    install("1");
    EXPECT_EQ(run({"upgrade"}), exit_done);
    install("2");
    fall_ill();
    meanwhile([&] {
        activate(machine, suture::testing::install(machine, versioned_patch("demo_3", "3")));
    });
    EXPECT_EQ(run({"upgrade"}, "yes\n"), exit_failed);
    EXPECT_THAT(err.str(),
                HasSubstr("klp: cannot upgrade '6.1.0-50-amd64': somebody else has changed the "
                          "store meanwhile: the version to go to was demo_2=2, and is demo_3=3 "
                          "now; nothing was done\n  hint: see 'klp list', and give the command "
                          "again if you still want that\n"));
    EXPECT_EQ(out.str(), "");
    EXPECT_THAT(kernel.enabled(), ElementsAre("demo_1"));
    EXPECT_EQ(run({"list"}), exit_done);
    EXPECT_EQ(out.str(), "6.1.0-50-amd64 (running)\n"
                         "  demo_1=1: installed\n"
                         "  demo_2=2: installed\n"
                         "  demo_3=3: active\n");
    EXPECT_EQ(run({"upgrade", "--yes"}), exit_done);
    EXPECT_THAT(kernel.enabled(), ElementsAre("demo_3"));
}

TEST_F(StoreCommandTest, ADowngradeGoesByWhatIsActiveOnceNobodyElseChangesThat) {
    for (const char *version : {"1", "2", "3"})
        install(version);
    EXPECT_EQ(run({"upgrade"}), exit_done);
    const auto go_back = [&] {
        activate(machine, {.release = "6.1.0-50-amd64", .name = "demo_2", .version = "2"});
    };
    meanwhile(go_back);
    EXPECT_EQ(run({"downgrade"}), exit_failed);
    EXPECT_THAT(err.str(), HasSubstr("the version to go to was demo_2=2, and is demo_1=1 now"));
    EXPECT_THAT(kernel.enabled(), ElementsAre("demo_3"));
    EXPECT_EQ(run({"upgrade"}), exit_done);
    meanwhile(go_back);
    EXPECT_EQ(run({"downgrade", "--to", "2"}), exit_done);
    EXPECT_THAT(kernel.enabled(), ElementsAre("demo_2"));
}

TEST_F(StoreCommandTest, WhatIsInstalledCanBecomeActiveAtOnce) {
    EXPECT_EQ(run({"install", "--activate", file_of("1"), file_of("2", other)}), exit_done);
    EXPECT_EQ(out.str(), "demo_1=1: installed for 6.1.0-50-amd64\n"
                         "demo_1=1: active, loaded and enabled in 0 ms\n"
                         "demo_2=2: installed for 6.12.95-amd64\n"
                         "demo_2=2: active for 6.12.95-amd64, from its next boot on\n");
    EXPECT_EQ(run({"install", "--activate", file_of("0")}), exit_done); // an earlier one, too
    EXPECT_THAT(out.str(), HasSubstr("demo_0=0: active, loaded and enabled in 0 ms, in place of "
                                     "demo_1\n"));
    EXPECT_EQ(run({"install", "--activate", file_of("0")}), exit_done);
    EXPECT_EQ(out.str(), "demo_0=0: installed for 6.1.0-50-amd64 already; nothing to do\n"
                         "demo_0=0: active, and loaded already; nothing to do\n");
    EXPECT_FALSE(kernel.was_unpatched);
}

TEST_F(StoreCommandTest, WhatCannotBeLoadedIsInstalledAndNothingElse) {
    EXPECT_EQ(run({"install", "--activate", file_of("1")}), exit_done);
    kernel.refuses = EINVAL;
    EXPECT_EQ(run({"install", "--activate", file_of("2")}), exit_failed);
    EXPECT_EQ(out.str(), "demo_2=2: installed for 6.1.0-50-amd64\n");
    EXPECT_THAT(err.str(), HasSubstr("cannot load"));
    EXPECT_EQ(run({"list"}), exit_done);
    EXPECT_EQ(out.str(), "6.1.0-50-amd64 (running)\n"
                         "  demo_1=1: active\n"
                         "  demo_2=2: available\n");
    EXPECT_THAT(kernel.enabled(), ElementsAre("demo_1"));
    kernel.refuses = 0;
    fall_ill();
    EXPECT_EQ(run({"install", "--activate", "-n", file_of("2")}), exit_failed);
    EXPECT_THAT(err.str(), HasSubstr("cannot activate '6.1.0-50-amd64': this kernel is not well"));
    EXPECT_THAT(kernel.enabled(), ElementsAre("demo_1"));
    EXPECT_EQ(run({"install", "--activate", "--yes", file_of("2")}), exit_done);
    EXPECT_THAT(kernel.enabled(), ElementsAre("demo_2"));
}

TEST_F(StoreCommandTest, WherePatchesAreSwitchedOffTheActiveOneIsNotLoaded) {
    EXPECT_EQ(run({"install", "--activate", file_of("1")}), exit_done);
    machine.write("var/lib/suture/off", "");
    EXPECT_EQ(run({"install", "--activate", file_of("2"), file_of("3", other)}), exit_done);
    EXPECT_THAT(out.str(), ContainsRegex("demo_2=2: active; switched off by the file .*/off, so "
                                         "nothing was loaded\n"));
    EXPECT_THAT(out.str(), ContainsRegex("demo_3=3: active for 6.12.95-amd64; switched off by the "
                                         "file .*/off, so it will not be loaded\n"));
    EXPECT_THAT(kernel.enabled(), ElementsAre("demo_1"));
    EXPECT_EQ(run({"list", "--kernel", "6.1.0-50-amd64"}), exit_done);
    EXPECT_THAT(out.str(), HasSubstr("demo_2=2: active"));
}

TEST_F(StoreCommandTest, InAChrootTheStoreAloneIsChanged) {
    const std::string left = "klp: this is a chroot, and the running kernel is not that of the "
                             "system in it; it was left as it is\n";
    EXPECT_EQ(run({"install", "--activate", file_of("1")}), exit_done);
    kernel.history.clear();
    enter_chroot();
    fall_ill(); // which does not matter
    machine.write("proc/cmdline", "klp=off\n");
    EXPECT_EQ(run({"install", "--activate", "-n", file_of("2"), file_of("3")}), exit_done);
    EXPECT_EQ(out.str(), "demo_2=2: installed for 6.1.0-50-amd64\n"
                         "demo_2=2: active for 6.1.0-50-amd64, from its next boot on\n"
                         "demo_3=3: installed for 6.1.0-50-amd64\n"
                         "demo_3=3: active for 6.1.0-50-amd64, from its next boot on\n");
    EXPECT_EQ(err.str(), left);
    for (const char *verb : {"downgrade", "upgrade"}) {
        EXPECT_EQ(run({verb}), exit_done);
        EXPECT_THAT(out.str(), HasSubstr(": active for 6.1.0-50-amd64, from its next boot on\n"));
        EXPECT_EQ(err.str(), left);
    }
    for (const std::vector<std::string> &arguments : std::vector<std::vector<std::string>>{
             {"apply"}, {"apply", "--at-boot"}, {"apply", "--again"}}) {
        EXPECT_EQ(run(arguments), exit_done);
        EXPECT_EQ(out.str(), "this is a chroot, and the running kernel is not that of the system "
                             "in it; nothing was loaded\n");
    }
    for (const std::vector<std::string> &arguments :
         std::vector<std::vector<std::string>>{{"remove", "--revert", "demo_1"},
                                               {"remove", "demo_2"},
                                               {"remove", "--revert", "demo_3"}}) {
        EXPECT_EQ(run(arguments), exit_done);
        EXPECT_THAT(out.str(), HasSubstr(": removed, it was for 6.1.0-50-amd64\n"));
        EXPECT_EQ(err.str(), left);
    }
    EXPECT_THAT(kernel.history, IsEmpty());
    EXPECT_THAT(kernel.enabled(), ElementsAre("demo_1"));
}

TEST_F(StoreCommandTest, InAChrootThatItIsSwitchedOffIsSaid) {
    enter_chroot();
    install("1");
    machine.write("var/lib/suture/off", "");
    EXPECT_EQ(run({"upgrade"}), exit_done);
    EXPECT_THAT(out.str(), ContainsRegex("demo_1=1: active for 6.1.0-50-amd64; switched off by the "
                                         "file .*/off, so it will not be loaded\n"));
}

TEST_F(StoreCommandTest, InAChrootWhatIsNotForTheRunningKernelIsAsEverywhere) {
    enter_chroot();
    EXPECT_EQ(run({"install", "--activate", file_of("1", other)}), exit_done);
    EXPECT_THAT(out.str(), HasSubstr("demo_1=1: active for 6.12.95-amd64, from its next boot on"));
    EXPECT_EQ(run({"remove", "--revert", "demo_1", "-k", other}), exit_done);
    EXPECT_EQ(run({"remove", "demo_1"}), exit_done);
    EXPECT_EQ(out.str(), "demo_1: not installed for 6.1.0-50-amd64; nothing to do\n");
    EXPECT_EQ(err.str(), "");
}

TEST_F(StoreCommandTest, InAChrootAPersonCanLoadAPatchAllTheSame) {
    enter_chroot();
    EXPECT_EQ(run({"load", file_of("1")}), exit_done);
    EXPECT_THAT(kernel.enabled(), ElementsAre("demo_1"));
    EXPECT_EQ(run({"revert", "demo_1"}), exit_done);
    EXPECT_THAT(kernel.enabled(), IsEmpty());
}

TEST_F(StoreCommandTest, InAContainerTheStoreAloneIsChanged) {
    machine.add({file("run/systemd/container", "systemd-nspawn\n")});
    EXPECT_EQ(run({"install", "--activate", file_of("1")}), exit_done);
    EXPECT_EQ(err.str(), "klp: this is a container, and the running kernel is not that of the "
                         "system in it; it was left as it is\n");
    EXPECT_EQ(run({"apply", "--at-boot"}), exit_done);
    EXPECT_EQ(out.str(), "this is a container, and the running kernel is not that of the system in "
                         "it; nothing was loaded\n");
    EXPECT_EQ(run({"remove", "--revert", "demo_1"}), exit_done);
    EXPECT_EQ(out.str(), "demo_1=1: removed, it was for 6.1.0-50-amd64\n");
    EXPECT_THAT(kernel.history, IsEmpty());
}

TEST_F(StoreCommandTest, TheLifeOfAPackage) {
    const std::string package = "suture-livepatch-6.1.0-50-amd64";
    install("0");
    for (const char *version : {"1", "2"})
        EXPECT_EQ(run({"install", "--activate", "--package", package, file_of(version)}),
                  exit_done);
    EXPECT_EQ(run({"list"}), exit_done);
    EXPECT_EQ(out.str(), "6.1.0-50-amd64 (running)\n"
                         "  demo_0=0: installed\n"
                         "  demo_1=1: installed, from the package " +
                             package +
                             "\n"
                             "  demo_2=2: active, from the package " +
                             package + "\n");
    EXPECT_EQ(run({"list", "--json"}), exit_done);
    EXPECT_THAT(out.str(), HasSubstr("\"package\": null,"));
    EXPECT_THAT(out.str(), HasSubstr("\"package\": \"" + package + "\","));
    EXPECT_EQ(run({"remove", "--package", package}), exit_failed);
    EXPECT_THAT(err.str(), HasSubstr("'demo_2=2': it is loaded"));
    EXPECT_EQ(run({"remove", "--revert", "--package", package}), exit_done);
    EXPECT_EQ(out.str(), "demo_1=1: removed, it was for 6.1.0-50-amd64\n"
                         "demo_2=2: removed, it was for 6.1.0-50-amd64\n");
    EXPECT_THAT(kernel.enabled(), IsEmpty());
    EXPECT_EQ(run({"remove", "--revert", "--package", package}), exit_done);
    EXPECT_EQ(out.str(), package + ": not installed for 6.1.0-50-amd64; nothing to do\n");
    EXPECT_EQ(run({"list"}), exit_done);
    EXPECT_EQ(out.str(), "6.1.0-50-amd64 (running)\n"
                         "  demo_0=0: available\n");
}

TEST_F(StoreCommandTest, WhatIsRemovedThoughItsModuleHasToStayIsSaid) {
    EXPECT_EQ(run({"install", "--activate", file_of("1")}), exit_done);
    machine.write("sys/module/demo_1/refcnt", "1\n");
    EXPECT_EQ(run({"remove", "--revert", "demo_1"}), exit_done);
    EXPECT_EQ(out.str(), "demo_1=1: removed, it was for 6.1.0-50-amd64\n");
    EXPECT_THAT(err.str(), HasSubstr("klp: removed, but not unloaded: demo_1\n"
                                     "  hint: 'klp unload' says why, and tries again\n"));
    EXPECT_EQ(run({"list"}), exit_done);
    EXPECT_EQ(out.str(), "no patches are installed\n");
}

TEST_F(StoreCommandTest, PatchesSaysWhereEachIsFrom) {
    const std::string package = "suture-livepatch-6.1.0-50-amd64";
    const std::string file = machine.path("var/lib/suture/6.1.0-50-amd64/demo_1/1/demo_1.ko");
    EXPECT_EQ(run({"install", "--activate", "--package", package, file_of("1")}), exit_done);
    EXPECT_EQ(run({"patches", "-v"}), exit_done);
    EXPECT_EQ(out.str(), "demo_1: enabled, version 1\n"
                         "  package: " +
                             package +
                             "\n"
                             "  file: " +
                             file + "\n");
    EXPECT_EQ(run({"patches", "--json"}), exit_done);
    EXPECT_THAT(out.str(), HasSubstr("\"file\": \"" + file + "\","));
    EXPECT_THAT(out.str(), HasSubstr("\"package\": \"" + package + "\","));
    EXPECT_EQ(run({"patches"}), exit_done);
    EXPECT_EQ(out.str(), "demo_1: enabled, version 1\n");
    machine.write("sys/module/demo_1/srcversion", "of another build\n");
    EXPECT_EQ(run({"patches", "-v"}), exit_done);
    EXPECT_EQ(out.str(), "demo_1: enabled, version 1\n");
}

TEST_F(StoreCommandTest, ApplyDoesNothingWhereItIsSwitchedOff) {
    install("1");
    EXPECT_EQ(run({"upgrade"}), exit_done);
    EXPECT_EQ(run({"revert", "demo_1"}), exit_done);
    machine.add({file("proc/cmdline", "quiet klp=off\n")});
    EXPECT_EQ(run({"apply"}), exit_done);
    EXPECT_EQ(out.str(), "switched off by klp=off on the kernel's command line; nothing was "
                         "loaded\n");
    EXPECT_THAT(kernel.enabled(), IsEmpty());
    machine.write("proc/cmdline", "quiet\n");
    EXPECT_EQ(run({"apply"}), exit_done);
    EXPECT_THAT(kernel.enabled(), ElementsAre("demo_1"));
}

TEST_F(StoreCommandTest, ABootThatGoesWell) {
    install("1");
    EXPECT_EQ(run({"upgrade"}), exit_done);
    for (int boot = 0; boot < 2; ++boot) {
        kernel.reboot();
        EXPECT_EQ(run({"apply", "--at-boot"}), exit_done) << err.str();
        EXPECT_THAT(out.str(), StartsWith("demo_1=1: active, loaded and enabled in "));
        EXPECT_EQ(run({"apply", "--booted"}), exit_done);
        EXPECT_EQ(out.str(), "demo_1=1: this boot went well, and it may be loaded at the next\n");
        EXPECT_EQ(run({"apply", "--booted"}), exit_done);
        EXPECT_EQ(out.str(), "this boot has noted nothing; nothing to do\n");
    }
    machine.remove("var/lib/suture");
    EXPECT_EQ(run({"apply", "--at-boot"}), exit_done);
    EXPECT_EQ(out.str(), "no version is active for 6.1.0-50-amd64; nothing to do\n");
    EXPECT_FALSE(std::filesystem::exists(machine.path("var/lib/suture")));
}

TEST_F(StoreCommandTest, AfterABootThatFailedEverybodyIsTold) {
    install("1");
    EXPECT_EQ(run({"upgrade"}), exit_done);
    EXPECT_EQ(run({"status", "--json"}), exit_done);
    EXPECT_THAT(out.str(), HasSubstr("\"failed_boot\": null,"));
    kernel.reboot();
    kernel.falls = true;
    EXPECT_THROW(run({"apply", "--at-boot"}), MachineDown);
    kernel.reboot();
    EXPECT_EQ(run({"apply", "--at-boot"}), exit_failed);
    EXPECT_THAT(err.str(), HasSubstr("cannot apply 'demo_1=1': the last boot that loaded it did "
                                     "not come to its end; nothing was loaded\n"));
    EXPECT_THAT(err.str(), HasSubstr("  hint: "));
    EXPECT_EQ(out.str(), "");
    EXPECT_THAT(kernel.enabled(), IsEmpty());
    EXPECT_EQ(run({"apply", "--booted"}), exit_done);
    EXPECT_EQ(run({"status"}), exit_done);
    EXPECT_THAT(out.str(), HasSubstr("\nboot:    demo_1=1 is not loaded at boot: the last one that "
                                     "did so failed\n"));
    EXPECT_EQ(run({"list"}), exit_done);
    EXPECT_THAT(out.str(), HasSubstr("  demo_1=1: active\n    it is not loaded at boot: the last "
                                     "boot that did so failed\n"));
    EXPECT_EQ(run({"list", "--kernels"}), exit_done);
    EXPECT_EQ(out.str(), "6.1.0-50-amd64 (running) (boots next): no patch, demo_1=1 will not be "
                         "loaded: the last boot that loaded it failed\n");
    EXPECT_EQ(run({"status", "--json"}), exit_done);
    EXPECT_THAT(out.str(), HasSubstr("\"failed_boot\": {\n    \"name\": \"demo_1\",\n    "
                                     "\"version\": \"1\"\n  },"));
    EXPECT_EQ(run({"list", "--json"}), exit_done);
    EXPECT_THAT(out.str(), HasSubstr("\"failed_boot\": true"));
    EXPECT_EQ(run({"metrics"}), exit_done);
    EXPECT_THAT(out.str(), HasSubstr("klp_failed_boot_info{patch=\"demo_1\",version=\"1\"} 1\n"));

    EXPECT_EQ(run({"apply", "--again"}), exit_done);
    EXPECT_THAT(kernel.enabled(), ElementsAre("demo_1"));
    for (const std::vector<std::string> &arguments :
         std::vector<std::vector<std::string>>{{"status"}, {"list"}, {"list", "--kernels"}}) {
        EXPECT_EQ(run(arguments), exit_done);
        EXPECT_THAT(out.str(), Not(HasSubstr("failed")));
    }
}

TEST_F(StoreCommandTest, WhatIsInstalledIsTriedThoughTheLastBootFailed) {
    for (const char *version : {"1", "2"}) {
        EXPECT_EQ(run({"install", "--activate", file_of("1")}), exit_done);
        fail_a_boot(machine, demo_1);
        EXPECT_EQ(run({"apply"}), exit_failed);
        EXPECT_EQ(run({"install", "--activate", file_of(version)}), exit_done);
        EXPECT_THAT(kernel.enabled(), ElementsAre(std::string("demo_") + version));
        EXPECT_EQ(run({"list"}), exit_done);
        EXPECT_THAT(out.str(), Not(HasSubstr("failed")));
    }
    EXPECT_EQ(run({"install", "--activate", file_of("1")}), exit_done);
    fail_a_boot(machine, demo_1);
    kernel.refuses = EINVAL;
    EXPECT_EQ(run({"install", "--activate", file_of("3")}), exit_failed);
    EXPECT_EQ(run({"list"}), exit_done);
    EXPECT_THAT(out.str(), HasSubstr("  demo_1=1: active\n    it is not loaded at boot: "));
    machine.write("var/lib/suture/off", "");
    EXPECT_EQ(run({"install", "--activate", file_of("1")}), exit_done);
    EXPECT_THAT(out.str(), HasSubstr("so nothing was loaded\n"));
    EXPECT_EQ(run({"list"}), exit_done);
    EXPECT_THAT(out.str(), Not(HasSubstr("failed")));
}

TEST_F(StoreCommandTest, WithAPackageItsFailedBootIsRemoved) {
    const std::string package = "suture-livepatch-6.1.0-50-amd64";
    EXPECT_EQ(run({"install", "--activate", "--package", package, file_of("1")}), exit_done);
    fail_a_boot(machine, demo_1);
    EXPECT_EQ(run({"list"}), exit_done);
    EXPECT_EQ(out.str(), "6.1.0-50-amd64 (running)\n  demo_1=1: active, from the package " +
                             package +
                             "\n    it is not loaded at boot: the last boot that did so failed\n");
    EXPECT_EQ(run({"remove", "--revert", "--package", package}), exit_done);
    EXPECT_EQ(run({"install", "--activate", file_of("1")}), exit_done);
    EXPECT_EQ(run({"apply", "--at-boot"}), exit_done);
}

TEST_F(StoreCommandTest, StatusShowsTheRestWhereTheStoreCannotBeRead) {
    install("1");
    EXPECT_EQ(run({"upgrade"}), exit_done);
    machine.write("var/lib/suture/6.1.0-50-amd64/.trying", "nonsense");
    EXPECT_EQ(run({"status"}), exit_done);
    EXPECT_THAT(out.str(), HasSubstr("  demo_1: enabled\n"));
    EXPECT_THAT(err.str(), HasSubstr(".trying': 'nonsense' is no whole line"));
}

TEST_F(StoreCommandTest, WhatTheInitramfsHasIsDueWhenAnotherVersionIsActive) {
    const std::string due = "klp: the initramfs of 6.1.0-50-amd64 has to be made anew, as another "
                            "version is active\n  hint: update-initramfs -u -k 6.1.0-50-amd64\n";
    install("1");
    install("2");
    EXPECT_EQ(run({"upgrade"}), exit_done);
    EXPECT_EQ(err.str(), "");
    machine.add({file("usr/sbin/update-initramfs"), file("usr/share/initramfs-tools/hooks/klp"),
                 file("boot/initrd.img-6.1.0-50-amd64")});
    EXPECT_EQ(run({"downgrade"}), exit_done);
    EXPECT_EQ(err.str(), due);
    EXPECT_EQ(run({"downgrade", "--to", "1"}), exit_done);
    EXPECT_EQ(err.str(), "");
    EXPECT_EQ(run({"upgrade"}), exit_done);
    EXPECT_EQ(err.str(), due);
    EXPECT_EQ(run({"remove", "demo_1"}), exit_done);
    EXPECT_EQ(err.str(), "");
    EXPECT_EQ(run({"revert", "demo_2"}), exit_done);
    EXPECT_EQ(run({"remove", "demo_2"}), exit_done);
    EXPECT_EQ(err.str(), due);
    for (const bool off : {false, true}) {
        if (off)
            machine.write("var/lib/suture/off", "");
        EXPECT_EQ(run({"install", "--activate", file_of("1")}), exit_done);
        EXPECT_EQ(err.str(), due);
        EXPECT_EQ(run({"install", "--activate", file_of("1")}), exit_done);
        EXPECT_EQ(err.str(), "");
        EXPECT_EQ(run({"remove", "--revert", "demo_1"}), exit_done);
        EXPECT_EQ(err.str(), due);
    }
}

TEST_F(StoreCommandTest, EachInstalledKernelHasItsPatch) {
    machine.add({file("boot/vmlinuz-6.1.0-50-amd64"), file("boot/vmlinuz-6.12.95-amd64")});
    EXPECT_EQ(run({"list", "--kernels"}), exit_done);
    EXPECT_EQ(out.str(), "6.1.0-50-amd64 (running): no patch, none is installed\n"
                         "6.12.95-amd64 (boots next): no patch, none is installed\n");
    install("1");
    EXPECT_EQ(run({"install", file_of("2", other)}), exit_done);
    EXPECT_EQ(run({"upgrade"}), exit_done);
    EXPECT_EQ(run({"list", "--kernels"}), exit_done);
    EXPECT_EQ(out.str(),
              "6.1.0-50-amd64 (running): demo_1=1\n"
              "6.12.95-amd64 (boots next): no patch, none that is installed is active\n");
    EXPECT_EQ(run({"list", "--kernels", "--json", "--kernel", other}), exit_done);
    EXPECT_EQ(out.str(), R"({
  "schema_version": 1,
  "kernels": [
    {
      "kernel": "6.12.95-amd64",
      "running": false,
      "boots_next": true,
      "active": null,
      "will_be_patched": false,
      "problem": "none that is installed is active"
    }
  ]
}
)");
    EXPECT_EQ(run({"upgrade", "--kernel", other}), exit_done);
    EXPECT_EQ(run({"list", "--kernels", "-k", other}), exit_done);
    EXPECT_EQ(out.str(), "6.12.95-amd64 (boots next): demo_2=2\n");
    EXPECT_EQ(run({"list", "--kernels", "-k", "6.1.0-51-amd64"}), exit_done);
    EXPECT_EQ(out.str(), "no such kernel is installed\n");
}

TEST_F(StoreCommandTest, ARebootIntoAKernelWithoutAPatchIsWarnedOf) {
    machine.add({file("boot/vmlinuz-6.1.0-50-amd64"), file("boot/vmlinuz-6.12.95-amd64")});
    EXPECT_EQ(run({"check", "--reboot"}), exit_done); // there is nothing to lose
    EXPECT_EQ(out.str(), "6.12.95-amd64 (boots next): no patch, none is installed\n");
    install("1");
    EXPECT_EQ(run({"upgrade"}), exit_done);
    EXPECT_EQ(run({"check", "--reboot"}), exit_failed);
    EXPECT_THAT(err.str(), HasSubstr("cannot keep a patch across a reboot into '6.12.95-amd64': "
                                     "none is installed, while this kernel has demo_1\n"));
    EXPECT_THAT(err.str(), HasSubstr("klp upgrade --kernel 6.12.95-amd64"));
    EXPECT_EQ(run({"check", "--reboot", "--kernel", "6.1.0-50-amd64"}), exit_done);
    EXPECT_EQ(run({"check", "--reboot", "--kernel", "6.1.0-51-amd64"}), exit_failed);
    EXPECT_EQ(run({"check", "--reboot", "--kernel", "../6.1"}), exit_usage);
    EXPECT_EQ(run({"check", "--reboot", "--json"}), exit_failed);
    EXPECT_THAT(out.str(), HasSubstr("\"loses_patch\": true,"));
    EXPECT_EQ(run({"metrics"}), exit_done);
    EXPECT_THAT(out.str(), HasSubstr("klp_next_kernel_patched{release=\"6.12.95-amd64\"} 0\n"));

    EXPECT_EQ(run({"revert", "demo_1"}), exit_done); // it is active, and would be loaded here
    EXPECT_EQ(run({"check", "--reboot"}), exit_failed);
    EXPECT_THAT(err.str(), HasSubstr("while this kernel has demo_1=1\n"));

    EXPECT_EQ(run({"install", file_of("2", other)}), exit_done);
    EXPECT_EQ(run({"check", "--reboot"}), exit_failed);
    EXPECT_THAT(err.str(), HasSubstr("hint: klp upgrade --kernel 6.12.95-amd64\n"));
    EXPECT_EQ(run({"upgrade", "--kernel", other}), exit_done);
    EXPECT_EQ(run({"check", "--reboot", "--json"}), exit_done);
    EXPECT_THAT(out.str(), HasSubstr("\"loses_patch\": false,"));
    EXPECT_THAT(out.str(), HasSubstr("\"will_be_patched\": true,"));
    EXPECT_EQ(err.str(), "");
}

TEST_F(StoreCommandTest, ARebootAfterWhichNothingLoadsThePatchIsWarnedOf) {
    install("1");
    EXPECT_EQ(run({"upgrade"}), exit_done);
    EXPECT_EQ(run({"check", "--reboot"}), exit_done);
    machine.add({directory("run/systemd/system")});
    EXPECT_EQ(run({"check", "--reboot"}), exit_failed);
    EXPECT_EQ(err.str(), "klp: cannot keep a patch across a reboot into '6.1.0-50-amd64': demo_1=1 "
                         "will not be loaded: klp-apply.service is not enabled, while this kernel "
                         "has demo_1\n  hint: systemctl enable klp-apply.service\n");
    EXPECT_EQ(run({"list", "--kernels"}), exit_done);
    EXPECT_EQ(out.str(), "6.1.0-50-amd64 (running) (boots next): no patch, demo_1=1 will not be "
                         "loaded: klp-apply.service is not enabled\n");
    EXPECT_EQ(run({"metrics"}), exit_done);
    EXPECT_THAT(out.str(), HasSubstr("klp_next_kernel_patched{release=\"6.1.0-50-amd64\"} 0\n"));
    machine.add({symlink("etc/systemd/system/sysinit.target.wants/klp-apply.service", "unit")});
    EXPECT_EQ(run({"check", "--reboot"}), exit_done);
    EXPECT_EQ(out.str(), "6.1.0-50-amd64 (running) (boots next): demo_1=1\n");
}

TEST_F(StoreCommandTest, WhatKeepsThePatchFromBeingLoadedAfterARebootHasItsOwnHint) {
    install("1");
    EXPECT_EQ(run({"upgrade"}), exit_done);
    const std::string off = "var/lib/suture/off";
    machine.write(off, "");
    EXPECT_EQ(run({"check", "--reboot"}), exit_failed);
    EXPECT_THAT(err.str(), EndsWith("\n  hint: rm " + machine.path(off).native() + "\n"));
    machine.remove(off);
    machine.write("var/lib/suture/6.1.0-50-amd64/.active", "nonsense\n");
    EXPECT_EQ(run({"check", "--reboot"}), exit_failed);
    EXPECT_THAT(err.str(), EndsWith("\n  hint: 'klp upgrade' writes it anew\n"));
}

// A kernel that is installed in an image, on a machine with a patch.
TEST_F(StoreCommandTest, AChrootHasNothingToLoseByAReboot) {
    machine.add(
        {directory("sys/kernel/suture", {patch("host_fix")}), file("boot/vmlinuz-6.12.95-amd64")});
    EXPECT_EQ(run({"check", "--reboot", "--kernel", other}), exit_failed);
    EXPECT_THAT(err.str(), HasSubstr("while this kernel has host_fix\n"));
    enter_chroot();
    EXPECT_EQ(run({"check", "--reboot", "--kernel", other}), exit_done);
    EXPECT_EQ(out.str(), "6.12.95-amd64 (boots next): no patch, none is installed\n");
    EXPECT_EQ(err.str(), "");
    EXPECT_EQ(run({"check", "--reboot", "--json"}), exit_done);
    EXPECT_THAT(out.str(), HasSubstr("\"loses_patch\": false,"));
}

TEST_F(StoreCommandTest, WhatHasExpiredIsLoadedAndSaysSo) {
    EXPECT_EQ(run({"lifecycle"}), exit_done);
    EXPECT_EQ(out.str(), "no patches are installed\n");
    EXPECT_EQ(
        run({"install", file_of("1", "6.1.0-50-amd64", "expires=2026-11-26"), file_of("2"),
             file_of("3", other, "expires=2026-11-26"), file_of("4", other, "expires=2026-11-27")}),
        exit_done);
    EXPECT_EQ(run({"lifecycle"}), exit_done);
    EXPECT_EQ(out.str(), "6.1.0-50-amd64 (running): no end is given\n"
                         "  demo_1=1: available, until 2026-11-26, expired\n"
                         "  demo_2=2: available, no end is given\n"
                         "6.12.95-amd64: until 2026-11-27\n"
                         "  demo_3=3: available, until 2026-11-26, expired\n"
                         "  demo_4=4: available, until 2026-11-27\n");
    EXPECT_EQ(run({"lifecycle", "--json", "-k", other}), exit_done);
    EXPECT_THAT(out.str(), HasSubstr("\"today\": \"2026-11-27\","));
    EXPECT_THAT(out.str(), HasSubstr("\"expired\": true"));
    EXPECT_THAT(out.str(), Not(HasSubstr("demo_1")));
    EXPECT_EQ(run({"upgrade"}), exit_done);
    EXPECT_EQ(err.str(), "");
    EXPECT_EQ(run({"downgrade"}), exit_done);
    EXPECT_THAT(err.str(), HasSubstr("patch 'demo_1': it was meant to be used until 2026-11-26"));
    EXPECT_THAT(err.str(), Not(HasSubstr("has expired")));
    EXPECT_THAT(kernel.enabled(), ElementsAre("demo_1"));
    EXPECT_EQ(run({"downgrade", "--to", "1"}), exit_done);
    EXPECT_THAT(err.str(), HasSubstr("'demo_1=1' has expired: its last day was 2026-11-26"));
}

// The versions 1 and 3 of one name, of which 1 is active and loaded.
class SeveralVersionsTest : public StoreCommandTest {
  protected:
    SeveralVersionsTest() {
        install("1");
        machine.write("rebuilt.ko", versioned_patch("demo_1", "3").build());
        run({"upgrade"});
        run({"install", machine.path("rebuilt.ko")});
    }
    std::string listed() {
        EXPECT_EQ(run({"list"}), exit_done);
        return out.str();
    }

    const std::string both = "6.1.0-50-amd64 (running)\n"
                             "  demo_1=1: active\n"
                             "  demo_1=3: available\n";
};

TEST_F(SeveralVersionsTest, AreNotRemovedByTheirNameAlone) {
    ASSERT_EQ(listed(), both);
    for (const std::vector<std::string> &arguments : std::vector<std::vector<std::string>>{
             {"remove", "demo-1"}, {"remove", "-n", "demo_1"}, {"remove", "--revert", "demo_1"}}) {
        EXPECT_EQ(run(arguments), exit_failed);
        EXPECT_EQ(err.str(),
                  "klp: cannot remove 'demo_1': 2 versions of it are installed for "
                  "6.1.0-50-amd64: demo_1=1 (active), demo_1=3\n"
                  "  hint: name one, as in 'klp remove demo_1=1', or give --yes to remove all of "
                  "them\n");
        EXPECT_EQ(out.str(), "");
    }
    EXPECT_EQ(run({"remove", "-n", "demo_1"}, "yes\n"), exit_failed); // not even asked
    EXPECT_THAT(err.str(), Not(HasSubstr("Type 'yes'")));
    EXPECT_EQ(run({"remove", "demo_1"}, "no\n"), exit_failed);
    EXPECT_THAT(err.str(), HasSubstr("demo_1=1 (active), demo_1=3\nType 'yes' to remove all of "
                                     "them: "));
    EXPECT_EQ(listed(), both);
    EXPECT_EQ(run({"remove", "demo_1=3"}), exit_done);
    EXPECT_EQ(out.str(), "demo_1=3: removed, it was for 6.1.0-50-amd64\n");
}

TEST_F(SeveralVersionsTest, AreAllRemovedWhereSomebodyWantsThat) {
    EXPECT_EQ(run({"remove", "--revert", "demo_1"}, "yes\n"), exit_done);
    EXPECT_EQ(out.str(), "demo_1=3: removed, it was for 6.1.0-50-amd64\n"
                         "demo_1=1: removed, it was for 6.1.0-50-amd64\n");
    EXPECT_THAT(kernel.enabled(), IsEmpty());
    EXPECT_EQ(listed(), "no patches are installed\n");
}

TEST_F(SeveralVersionsTest, AreKeptWhereThereAreOthersBeforeTheAnswer) {
    const std::string meanwhile = "klp: cannot remove 'demo_1': somebody else has changed the "
                                  "store meanwhile: its versions were demo_1=1, demo_1=3, and are ";
    const auto another_comes = [&] {
        activate(machine, suture::testing::install(machine, versioned_patch("demo_1", "4")));
    };
    EXPECT_EQ(run({"remove", "--revert", "demo_1"}, "yes\n", another_comes), exit_failed);
    EXPECT_THAT(err.str(), HasSubstr(meanwhile + "demo_1=1, demo_1=3, demo_1=4 now; nothing was "
                                                 "done\n  hint: see 'klp list', and give"));
    EXPECT_EQ(out.str(), "");
    EXPECT_THAT(kernel.enabled(), ElementsAre("demo_1"));
    EXPECT_EQ(listed(), "6.1.0-50-amd64 (running)\n"
                        "  demo_1=1: installed\n"
                        "  demo_1=3: installed\n"
                        "  demo_1=4: active\n");
    EXPECT_EQ(run({"remove", "demo_1=4"}), exit_done);
    const auto all_go = [&] { machine.remove("var/lib/suture/6.1.0-50-amd64"); };
    EXPECT_EQ(run({"remove", "--revert", "demo_1"}, "yes\n", all_go), exit_failed);
    EXPECT_THAT(err.str(), HasSubstr(meanwhile + "none now; nothing was done\n"));
    EXPECT_THAT(kernel.enabled(), ElementsAre("demo_1"));
}

TEST_F(SeveralVersionsTest, AreKeptAsLongAsOneIsLoaded) {
    for (const char *answer : {"yes\n", static_cast<const char *>(nullptr)}) {
        EXPECT_EQ(run({"remove", "--yes", "demo_1"}, answer), exit_failed);
        EXPECT_THAT(err.str(), HasSubstr("cannot remove 'demo_1=1': it is loaded, and enabled"));
        EXPECT_THAT(err.str(), Not(HasSubstr("Type 'yes'")));
        EXPECT_EQ(listed(), both);
    }
    EXPECT_EQ(run({"revert", "demo_1"}), exit_done);
    EXPECT_EQ(run({"remove", "--yes", "demo_1"}), exit_done);
    EXPECT_EQ(listed(), "no patches are installed\n");
}

TEST_F(StoreCommandTest, WrongUsage) {
    for (const std::vector<std::string> &arguments :
         std::vector<std::vector<std::string>>{{"install"},
                                               {"remove"},
                                               {"remove", "../demo"},
                                               {"remove", "demo="},
                                               {"remove", "demo=1/2"},
                                               {"remove", "--revert"},
                                               {"remove", "--package", "Not_One"},
                                               {"remove", "--package", ""},
                                               {"install", "--package", "../x", "demo.ko"},
                                               {"list", "demo"},
                                               {"list", "-k", "../6.1"},
                                               {"list", "--kernels", "-k", "6.1 "},
                                               {"lifecycle", "-k", "/"},
                                               {"remove", "demo", "-k", "../6.1"},
                                               {"upgrade", "-k", "."},
                                               {"downgrade", "-k", "/"},
                                               {"upgrade", "demo"},
                                               {"downgrade", "--to"},
                                               {"apply", "demo"},
                                               {"apply", "--at-boot", "--booted"},
                                               {"apply", "--at-boot", "--again"},
                                               {"apply", "--again", "--booted"},
                                               {"apply", "--at-boot", "--again", "--booted"},
                                               {"check", "--reboot", "-k", "."}}) {
        EXPECT_EQ(run(arguments), exit_usage) << ::testing::PrintToString(arguments);
        EXPECT_THAT(err.str(), HasSubstr("hint:"));
    }
}

TEST_F(StoreCommandTest, AnInitialPatchSaysThatItIsOne) {
    machine.add({directory("sys/kernel/suture", {patch("demo")}),
                 directory("sys/module/demo/notes",
                           {file(".note.Suture",
                                 metadata_field("version=0") + metadata_field("initial=yes"))})});
    EXPECT_EQ(run({"patches"}), exit_done);
    EXPECT_EQ(out.str(), "demo: enabled, version 0\n"
                         "  CVE: (none - this is an initial live patch)\n");
}

} // namespace
} // namespace suture
