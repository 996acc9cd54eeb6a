// What goes into a package: the one module of a folder, what it says of itself, and the scripts.

#include "libklp/package/patch_package.h"
#include "libklp/testing/fake_machine.h"
#include "libklp/testing/fake_module.h"

#include <cstdlib>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>

namespace suture {
namespace {

using namespace std::string_literals;
using namespace testing;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

constexpr const char *release = "6.1.0-50-amd64";

class PatchPackageTest : public ::testing::Test {
  protected:
    void build(const FakeModule &module, const std::string &name = "demo.ko") {
        machine.add({directory("patch", {file(name, module.build())})});
    }
    Result<PatchPackage> read() const { return read_patch_package(machine.path("patch")); }

    FakeModule saying(const std::vector<std::string> &fields) const {
        FakeModule module = versioned_patch("demo", "3");
        for (const std::string &field : fields)
            module.metadata_notes += metadata_field(field, std::endian::little);
        return module;
    }
    void expect_refused(const std::string &why) const {
        const Result<PatchPackage> refused = read();
        ASSERT_FALSE(refused) << why;
        EXPECT_THAT(to_text(refused.error()), HasSubstr(why));
        EXPECT_THAT(to_text(refused.error()), HasSubstr("hint: "));
    }

    FakeMachine machine;
};

TEST_F(PatchPackageTest, IsOfTheOnlyModuleInTheFolder) {
    build(versioned_patch("demo", "3"));
    machine.add({directory("patch/.tmp", {}), file("patch/demo.o", "object"),
                 file("patch/.demo.ko", "Kbuild's"), directory("patch/folder.ko")});
    const Result<PatchPackage> package = read();
    ASSERT_TRUE(package) << to_text(package.error());
    EXPECT_EQ(package->id, (PatchId{.release = release, .name = "demo", .version = "3"}));
    EXPECT_EQ(package->machine, "x86_64");
    EXPECT_TRUE(package->needs_suture);
    EXPECT_EQ(package->module(), "usr/lib/suture/6.1.0-50-amd64/demo.ko");
    EXPECT_EQ(*package->content, machine.read("patch/demo.ko"));
    EXPECT_GT(package->built, 0);
}

TEST_F(PatchPackageTest, NeedsNoSutureWhereThePatchDoesNot) {
    FakeModule in_kernel = versioned_patch("demo", "3");
    in_kernel.depends = "";
    build(in_kernel);
    EXPECT_FALSE(read()->needs_suture);
}

TEST_F(PatchPackageTest, RefusesAFolderWithNoneOrWithSeveral) {
    expect_refused("No such file");
    machine.add({directory("patch")});
    expect_refused("no module in it");
    build(versioned_patch("demo", "3"));
    build(versioned_patch("demo", "4"), "other.ko");
    expect_refused("demo.ko");
    expect_refused("other.ko");
}

TEST_F(PatchPackageTest, RefusesWhatDoesNotSayWhatItIs) {
    FakeModule silent = versioned_patch("demo", "3");
    silent.metadata_notes.clear();
    build(silent);
    expect_refused("which version");
    FakeModule plain = versioned_patch("demo", "3");
    plain.livepatch_tag = "";
    build(plain);
    expect_refused("no live patch");
    FakeModule torn = versioned_patch("demo", "3", "6.12.95-amd64");
    torn.vermagic = "6.1.0-50-amd64 SMP ";
    build(torn);
    expect_refused("'6.12.95-amd64'");
    machine.write("patch/demo.ko", "text");
    expect_refused("cannot package '");
}

TEST_F(PatchPackageTest, RefusesNamesThatScriptsCouldTakeForMore) {
    for (const char *name : {"de$(id)", "de'mo", "de%{nil}", "de`mo", "de;mo", "de\"mo"}) {
        build(versioned_patch(name, "3"));
        expect_refused("can be no name of a patch in the store");
    }
    for (const char *odd : {"6.1'", "6.1$(id)", "6.1%{nil}", "6.1*"}) {
        build(versioned_patch("demo", "3", odd));
        expect_refused("can be no kernel's release in the store");
    }
}

TEST_F(PatchPackageTest, SaysWhatThePatchSaysOfItself) {
    build(saying({"description=Hides the build", "expires=2027-06-30", "cve=CVE-2026-2 ",
                  "cve=CVE-2026-1 7.8", "bug=https://bugs.example.org/1"}));
    EXPECT_EQ(summary_of(*read()), "live patch, version 3, for the kernel 6.1.0-50-amd64");
    EXPECT_THAT(description_of(*read()),
                ElementsAre(HasSubstr("For exactly this kernel."), HasSubstr("kernel starts."),
                            "patch: demo", "description: Hides the build", "expires: 2027-06-30",
                            "fixes: CVE-2026-1 (7.8)", "fixes: CVE-2026-2",
                            "bug: https://bugs.example.org/1"));
}

TEST_F(PatchPackageTest, SaysThatAnInitialPatchIsOne) {
    build(saying({"initial=yes"}));
    EXPECT_THAT(description_of(*read()), Contains("CVE: (none - this is an initial live patch)"));
}

TEST_F(PatchPackageTest, WhatThePatchSaysStaysInItsLines) {
    build(saying({"description=one\nDepends: everything\n.\n\xc3\xa4"}));
    EXPECT_THAT(description_of(*read()),
                Contains("description: one\\x0aDepends: everything\\x0a.\\x0a\\xc3\\xa4"));
    EXPECT_THAT(description_of(*read()), Each(Not(HasSubstr("\n"))));
}

TEST_F(PatchPackageTest, ScriptsNameThePatch) {
    build(versioned_patch("demo", "3"));
    const std::string installed = post_install_script(*read());
    EXPECT_THAT(installed, AllOf(HasSubstr("#!/bin/sh\n"),
                                 HasSubstr("package='suture-livepatch-6.1.0-50-amd64' "
                                           "release='6.1.0-50-amd64' "
                                           "module='/usr/lib/suture/6.1.0-50-amd64/demo.ko' "
                                           "runtime='suture'\n"),
                                 HasSubstr("klp install ${activate:+--activate} --non-interactive "
                                           "--package \"$package\" \"$module\"")));
    EXPECT_THAT(pre_removal_script(*read()),
                AllOf(HasSubstr("#!/bin/sh\n"),
                      HasSubstr("package='suture-livepatch-6.1.0-50-amd64' "
                                "release='6.1.0-50-amd64'\n"),
                      HasSubstr("klp remove --revert --package")));
    for (const std::string &script : {installed, pre_removal_script(*read())})
        EXPECT_THAT(script, Not(HasSubstr("@")));
    FakeModule in_kernel = versioned_patch("demo", "3");
    in_kernel.depends = "";
    build(in_kernel);
    EXPECT_THAT(post_install_script(*read()), HasSubstr("runtime=''\n"));
}

// What a script does with a klp of the test's; gives its exit status and what it told that.
class ScriptTest : public PatchPackageTest {
  protected:
    ScriptTest() {
        build(versioned_patch("demo", "3"));
        machine.add({directory("bin"), directory("elsewhere")});
        make_program("uname", "echo 6.12.95-amd64");
        make_program("modprobe", tells("modprobe") + "exit 1");
        klp_exits(0);
    }
    void make_program(const std::string &name, const std::string &text) {
        machine.write("bin/" + name, "#!/bin/sh\n" + text + "\n");
        std::filesystem::permissions(machine.path("bin/" + name),
                                     std::filesystem::perms::owner_all);
    }
    std::string tells(const std::string &program) const {
        return fmt::format("echo \"{} $*\" >>{}\n", program, machine.path("told").native());
    }
    void klp_exits(int status) {
        make_program("klp", tells("klp") + fmt::format("exit {}", status));
    }
    // `variables`: NAME=VALUE of the script's environment.
    int run(const std::string &script, const std::string &argument,
            const std::string &variables = "") {
        machine.write("told", "");
        machine.write("script", script);
        const std::string root = machine.path("");
        const int status =
            std::system(fmt::format("cd {0} && {1} PATH={0}/bin:$PATH sh script {2} 2>{0}/said",
                                    root, variables, argument)
                            .c_str());
        return WEXITSTATUS(status);
    }
};

TEST_F(ScriptTest, BothSystemsInstallAndUpgrade) {
    for (const char *argument : {"configure", "configure 1.0", "1", "2"}) {
        EXPECT_EQ(run(post_install_script(*read()), argument), 0);
        EXPECT_EQ(machine.read("told"),
                  "klp install --activate --non-interactive --package "
                  "suture-livepatch-6.1.0-50-amd64 /usr/lib/suture/6.1.0-50-amd64/demo.ko\n");
        EXPECT_EQ(machine.read("said"), "");
    }
}

// Where the script looks for what the machine is, there is the test's.
TEST_F(ScriptTest, TheRuntimeIsLoadedWhereTheKernelRunsButNotFromAnotherSystem) {
    std::string script = post_install_script(*read());
    for (const std::string place : {"/proc/1/", "/proc/self/", "/run/"}) {
        const std::string own = machine.path(place.substr(1));
        for (size_t at = 0; (at = script.find(place, at)) != script.npos; at += own.size())
            script.replace(at, place.size(), own);
    }
    const auto told = [&] {
        EXPECT_EQ(run(script, "configure"), 0);
        return machine.read("told");
    };
    const auto loads = StartsWith("modprobe --quiet suture\nklp install ");
    const auto loads_none = StartsWith("klp install ");
    EXPECT_THAT(told(), loads_none);
    make_program("uname", "echo 6.1.0-50-amd64");
    EXPECT_THAT(told(), loads);
    for (const Entry &mark : {file("run/systemd/container"), file("run/.containerenv"),
                              symlink("proc/self/ns/pid", "pid:[4026532200]"),
                              file("proc/1/environ", "TERM=linux\0container=lxc\0"s),
                              symlink("proc/1/root", "../../elsewhere")}) {
        machine.add({mark});
        EXPECT_THAT(told(), loads_none) << mark.name;
        machine.remove(mark.name);
    }
    machine.add({symlink("proc/1/root", "/"), file("proc/1/environ", "mycontainer=1\0container="s),
                 symlink("proc/self/ns/pid", "pid:[4026531836]")});
    EXPECT_THAT(told(), loads);
}

TEST_F(ScriptTest, APatchThatCannotBeLoadedIsNoReasonForThePackageToBeBroken) {
    for (const int status : {1, 2, 3, 127}) {
        klp_exits(status);
        EXPECT_EQ(run(post_install_script(*read()), "configure"), 0);
        EXPECT_THAT(machine.read("said"), HasSubstr("suture-livepatch-6.1.0-50-amd64: installed, "
                                                    "but not in use"));
        EXPECT_THAT(machine.read("said"), HasSubstr("klp install --activate"));
    }
}

TEST_F(ScriptTest, BothSystemsRemove) {
    for (const char *argument : {"remove", "0", "remove in-favour other 2"}) {
        EXPECT_EQ(run(pre_removal_script(*read()), argument), 0);
        EXPECT_EQ(machine.read("told"), "klp remove --revert --package "
                                        "suture-livepatch-6.1.0-50-amd64 --kernel "
                                        "6.1.0-50-amd64\n");
        EXPECT_EQ(machine.read("said"), "");
    }
}

TEST_F(ScriptTest, APatchThatCannotBeRevertedIsAReasonNotToRemoveThePackage) {
    klp_exits(1);
    for (const char *argument : {"remove", "0"}) {
        EXPECT_EQ(run(pre_removal_script(*read()), argument), 1);
        EXPECT_THAT(machine.read("said"),
                    HasSubstr("suture-livepatch-6.1.0-50-amd64: not removed"));
    }
}

// dpkg does so where another package does not come that was to take its place, and where the script
// that is to undo the installation has failed.
TEST_F(ScriptTest, WhatARemovalThatIsCalledOffHasRemovedIsPutBack) {
    const auto installs = [&](const std::string &listed) {
        make_program("klp", tells("klp") + "[ \"$1\" != list ] || echo '" + listed + "'");
        EXPECT_EQ(run(post_install_script(*read()), "abort-remove in-favour other 2"), 0);
        const std::string told = machine.read("told");
        const std::string list = "klp list --kernel 6.1.0-50-amd64 --json\n";
        EXPECT_THAT(told, StartsWith(list));
        return told.starts_with(list) ? told.substr(list.size()) : told;
    };
    const std::string package = R"("package": "suture-livepatch-6.1.0-50-amd64",)";
    const std::string other = R"("package": null, "state": )";
    EXPECT_EQ(installs(""), "klp install --activate --non-interactive --package "
                            "suture-livepatch-6.1.0-50-amd64 "
                            "/usr/lib/suture/6.1.0-50-amd64/demo.ko\n");
    EXPECT_THAT(installs(other + R"("available")"), StartsWith("klp install --activate "));
    EXPECT_THAT(installs(other + R"("active")"), StartsWith("klp install --non-interactive "));
    EXPECT_EQ(installs(package), "");
    EXPECT_EQ(installs(package + R"("state": "active")"), "");
    klp_exits(1); // nobody knows what is in the store
    EXPECT_EQ(run(post_install_script(*read()), "abort-remove"), 0);
    EXPECT_EQ(machine.read("told"), "klp list --kernel 6.1.0-50-amd64 --json\n");
}

TEST_F(ScriptTest, DpkgHasTheInitramfsMadeAnewAfterWhatChangedTheStore) {
    const std::string by_dpkg = "DPKG_MAINTSCRIPT_PACKAGE=suture-livepatch";
    const auto told = [&](const std::string &script, const char *argument) {
        const int status = run(script, argument, by_dpkg);
        return fmt::format("{} {}", status, machine.read("told"));
    };
    for (const int trigger : {0, 1}) { // whatever becomes of that
        make_program("dpkg-trigger", tells("dpkg-trigger") + fmt::format("exit {}", trigger));
        klp_exits(0);
        const auto triggers =
            AllOf(StartsWith("0 klp "), EndsWith("\ndpkg-trigger --no-await suture-livepatch\n"));
        EXPECT_THAT(told(post_install_script(*read()), "configure"), triggers);
        EXPECT_THAT(told(pre_removal_script(*read()), "remove"), triggers);
        klp_exits(1);
        EXPECT_THAT(told(post_install_script(*read()), "configure"), Not(HasSubstr("dpkg")));
        EXPECT_THAT(told(pre_removal_script(*read()), "remove"), Not(HasSubstr("dpkg")));
    }
}

TEST_F(ScriptTest, NothingIsDoneOnTheWayToAnotherVersionOrBack) {
    klp_exits(1);
    for (const char *argument : {"upgrade 2", "1", "2", "failed-upgrade 1", "deconfigure", ""}) {
        EXPECT_EQ(run(pre_removal_script(*read()), argument), 0) << argument;
        EXPECT_EQ(machine.read("told"), "") << argument;
    }
    for (const char *argument : {"abort-upgrade", "abort-deconfigure", "0", ""}) {
        EXPECT_EQ(run(post_install_script(*read()), argument), 0) << argument;
        EXPECT_EQ(machine.read("told"), "") << argument;
    }
}

} // namespace
} // namespace suture
