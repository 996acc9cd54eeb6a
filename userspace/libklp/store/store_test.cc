// What is put into the store, what is taken out, and what is refused, by name.

#include "libklp/testing/full_disk.h"
#include "libklp/testing/stored.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdexcept>
#include <sys/stat.h>

namespace suture {
namespace {

namespace fs = std::filesystem;
using namespace testing;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char *here = "6.1.0-50-amd64";
constexpr const char *other = "6.12.95-amd64";

class StoreTest : public ::testing::Test {
  protected:
    Result<Installed> try_install(const FakeModule &module) {
        return open_store(machine, disk).install(patch_file(machine, module));
    }

    void expect_refused(const FakeModule &module, ErrorCode code, const std::string &why) {
        const std::string before = stored(machine);
        const Result<Installed> installed = try_install(module);
        ASSERT_FALSE(installed) << why;
        EXPECT_EQ(installed.error().code, code) << why;
        EXPECT_THAT(
            to_text(installed.error()),
            HasSubstr(fmt::format("cannot install '{}'", machine.path("patch.ko").native())));
        EXPECT_THAT(to_text(installed.error()), HasSubstr(why));
        EXPECT_THAT(to_text(installed.error()), HasSubstr("hint: "));
        EXPECT_EQ(stored(machine), before);
    }

    // One is installed and active; then its store is changed, and nothing is to be loaded from it.
    void expect_problem(const std::string &why) {
        const Result<PatchFile> file = Store(machine.environment()).verified(demo);
        ASSERT_FALSE(file);
        EXPECT_THAT(to_text(file.error()), HasSubstr(why));
    }
    std::string in_store(const std::string &path) const { return "var/lib/suture/" + path; }
    std::string demo_folder() const { return in_store(fmt::format("{}/demo/1", here)); }

    FakeMachine machine;
    Disk disk;
    const PatchId demo{.release = here, .name = "demo", .version = "1"};
};

TEST_F(StoreTest, WithoutAStoreThereIsNothing) {
    EXPECT_EQ(stored(machine), "");
    EXPECT_FALSE(fs::exists(machine.path("var/lib/suture")));
}

TEST_F(StoreTest, ListsByKernelAndInTheOrderOfVersions) {
    for (const char *version : {"10", "9", "2~rc1"})
        install(machine, versioned_patch(fmt::format("demo_{}", version[0]), version, here));
    install(machine, versioned_patch("demo", "1", other));
    activate(machine, {.release = here, .name = "demo_9", .version = "9"});
    EXPECT_EQ(stored(machine), "6.1.0-50-amd64 demo_2=2~rc1 installed\n"
                               "6.1.0-50-amd64 demo_9=9 active\n"
                               "6.1.0-50-amd64 demo_1=10 available\n"
                               "6.12.95-amd64 demo=1 available\n");
}

TEST_F(StoreTest, OneIsActiveAtATimeAndKernel) {
    const PatchId second = install(machine, versioned_patch("demo_2", "2"));
    activate(machine, install(machine, versioned_patch("demo", "1", other)));
    activate(machine, install(machine, versioned_patch("demo", "1")));
    activate(machine, second);
    EXPECT_EQ(stored(machine), "6.1.0-50-amd64 demo=1 installed\n"
                               "6.1.0-50-amd64 demo_2=2 active\n"
                               "6.12.95-amd64 demo=1 active\n");
}

TEST_F(StoreTest, TheSameAgainIsFineAndAnotherBuildIsNot) {
    ASSERT_FALSE(try_install(versioned_patch("demo", "1"))->was_there);
    EXPECT_TRUE(try_install(versioned_patch("demo", "1"))->was_there);
    FakeModule rebuilt = versioned_patch("demo", "1");
    rebuilt.source_version = "0123";
    expect_refused(rebuilt, ErrorCode::version_taken, "demo=1 is installed for 6.1.0-50-amd64");
    expect_refused(versioned_patch("demo_b", "1"), ErrorCode::version_taken, "demo=1 is installed");
    expect_refused(versioned_patch("demo_b", "01"), ErrorCode::version_taken, "the same version");
}

TEST_F(StoreTest, WhatIsToBeTypedNamesTheKernelThatDoesNotRun) {
    const auto expect_hint = [](const Error &error, const std::string &hint) {
        EXPECT_THAT(to_text(error), HasSubstr(hint));
    };
    const PatchId foreign = install(machine, versioned_patch("demo", "1", other));
    activate(machine, foreign);
    FakeModule rebuilt = versioned_patch("demo", "1", other);
    rebuilt.source_version = "0123";
    expect_hint(try_install(rebuilt).error(), ": klp remove demo=1 --kernel 6.12.95-amd64");
    const Store store(machine.environment());
    machine.write(in_store(std::string(other) + "/.trying"), "\n");
    expect_hint(store.attempt(other).error(), "'klp upgrade --kernel 6.12.95-amd64' goes to");
    machine.write(in_store(std::string(other) + "/.active"), "\n");
    expect_hint(store.active(other).error(), "'klp upgrade --kernel 6.12.95-amd64' writes it anew");
    machine.append(in_store(std::string(other) + "/demo/1/demo.ko"), "x");
    expect_hint(store.verified(foreign).error(), "with 'klp remove --kernel 6.12.95-amd64', and");
}

TEST_F(StoreTest, RefusesByNameWhatCannotBeKept) {
    FakeModule foreign = versioned_patch("demo", "1");
    foreign.machine = EM_AARCH64;
    expect_refused(foreign, ErrorCode::wrong_machine, "built for aarch64");
    FakeModule silent = versioned_patch("demo", "1");
    silent.metadata_notes.clear();
    expect_refused(silent, ErrorCode::no_metadata, "which version");
    FakeModule broken = versioned_patch("demo", "1");
    broken.metadata_notes.pop_back();
    broken.metadata_notes.resize(broken.metadata_notes.size() - 8);
    expect_refused(broken, ErrorCode::not_a_module, "cut off");
    FakeModule plain = versioned_patch("demo", "1");
    plain.livepatch_tag = "";
    expect_refused(plain, ErrorCode::not_a_livepatch, "not a live patch");
    FakeModule torn = versioned_patch("demo", "1", other);
    torn.vermagic = "6.1.0-50-amd64 SMP ";
    expect_refused(torn, ErrorCode::no_metadata, "for the kernel '6.12.95-amd64'");
    expect_refused(versioned_patch("demo", "../1"), ErrorCode::invalid_name, "'../1'");
    for (const char *release : {"../../etc", "-rf", "6.1.0$(reboot)", "6.1;reboot"})
        expect_refused(versioned_patch("demo", "1", release), ErrorCode::invalid_name,
                       "can be no kernel's release");
    machine.write("patch.ko", "text");
    EXPECT_THAT(to_text(open_store(machine, disk).install(machine.path("patch.ko")).error()),
                HasSubstr("not an ELF file"));
}

TEST_F(StoreTest, NamesAreThoseThatModulesHave) {
    int version = 0;
    for (const char *name : {"demo", "_demo", "9p_fix", "livepatch-demo", "kpatch-5.10", "a+b~c"})
        EXPECT_TRUE(try_install(versioned_patch(name, std::to_string(++version)))) << name;
    for (const char *name :
         {".demo", "-rf", "~root", "+x", "$(reboot)", "`reboot`", "a;b", "a=b", "a*", "a'b", "a&b"})
        expect_refused(versioned_patch(name, "7"), ErrorCode::invalid_name,
                       fmt::format("'{}' can be no name", name));
}

TEST_F(StoreTest, KnowsWhichPackageBroughtAVersion) {
    install(machine, versioned_patch("demo", "1"), "suture-livepatch-6.1");
    install(machine, versioned_patch("demo", "2"));
    EXPECT_EQ(stored(machine), "6.1.0-50-amd64 demo=1 available from suture-livepatch-6.1\n"
                               "6.1.0-50-amd64 demo=2 available\n");
    EXPECT_EQ(machine.read(demo_folder() + "/PACKAGE"), "suture-livepatch-6.1\n");
    const Store store(machine.environment());
    for (const char *wrong : {"", "\n", "two words\n", "Upper\n", "a\nb\n"}) {
        machine.write(demo_folder() + "/PACKAGE", wrong);
        EXPECT_EQ(store.package(demo).error().code, ErrorCode::damaged) << wrong;
    }
    EXPECT_TRUE(store.verified(demo)); // that is no reason not to load it
}

TEST_F(StoreTest, RemovingTheActiveOneLeavesNoneActive) {
    const PatchId second = install(machine, versioned_patch("demo_2", "2"));
    activate(machine, install(machine, versioned_patch("demo", "1")));
    ASSERT_TRUE(open_store(machine, disk).remove(demo));
    EXPECT_EQ(stored(machine), "6.1.0-50-amd64 demo_2=2 available\n");
    install(machine, versioned_patch("demo", "1"));
    EXPECT_EQ(Store(machine.environment()).active(here).value(), std::nullopt);
    ASSERT_TRUE(open_store(machine, disk).remove(demo));
    ASSERT_TRUE(open_store(machine, disk).remove(second));
    EXPECT_TRUE(fs::is_empty(machine.path("var/lib/suture")));
}

TEST_F(StoreTest, TheInitialPatchIsAVersionAsAnyOther) {
    FakeModule initial = versioned_patch("demo_0", "0");
    initial.metadata_notes += metadata_field("initial=yes", std::endian::little);
    activate(machine, install(machine, initial));
    const auto patches = Store(machine.environment()).patches();
    ASSERT_EQ(patches->size(), 1u);
    EXPECT_EQ(patches->front().state, StoredState::active);
    EXPECT_TRUE(patches->front().file->metadata->initial);
}

TEST_F(StoreTest, NothingIsLoadedThatIsNotWhatWasInstalled) {
    activate(machine, install(machine, versioned_patch("demo", "1")));
    EXPECT_TRUE(Store(machine.environment()).verified(demo));
    machine.append(demo_folder() + "/demo.ko", "x");
    expect_problem("demo.ko': its content is not what was installed");
    EXPECT_THAT(stored(machine), HasSubstr("demo=1 active, "));
    machine.write(demo_folder() + "/SHA256SUMS", "");
    expect_problem("SHA256SUMS': it is not the line that was written");
    machine.remove(demo_folder() + "/demo.ko");
    expect_problem("demo.ko': No such file");
}

TEST_F(StoreTest, NobodyWaitsForAFifo) {
    install(machine, versioned_patch("demo", "1"), "suture-livepatch-6.1");
    for (const char *name : {"/SHA256SUMS", "/PACKAGE"}) {
        const fs::path path = machine.path(demo_folder() + name);
        fs::remove(path);
        ASSERT_EQ(mkfifo(path.c_str(), 0644), 0);
    }
    EXPECT_THAT(stored(machine), HasSubstr("SHA256SUMS: it is no regular file\n"));
    const Store store(machine.environment());
    EXPECT_EQ(store.recorded_digest(demo).error().code, ErrorCode::damaged);
    EXPECT_EQ(store.package(demo).error().code, ErrorCode::damaged);
}

TEST_F(StoreTest, WhatWasCutOffIsNotLoaded) {
    install(machine, versioned_patch("demo", "1"));
    const fs::path module = machine.path(demo_folder() + "/demo.ko");
    const uintmax_t whole = fs::file_size(module);
    for (const uintmax_t size : {whole - 1, whole / 2, uintmax_t(1), uintmax_t(0)}) {
        fs::resize_file(module, size);
        expect_problem("demo.ko': its content is not what was installed");
    }
}

TEST_F(StoreTest, FilesThatChangedPlacesAreFoundOut) {
    const PatchId second = install(machine, versioned_patch("demo", "2"));
    install(machine, versioned_patch("demo", "1"));
    const Store store(machine.environment());
    const fs::path here_now = store.layout().module(demo);
    const fs::path there_now = store.layout().module(second);
    fs::rename(here_now, machine.path("between.ko"));
    fs::rename(there_now, here_now);
    fs::rename(machine.path("between.ko"), there_now);
    for (const PatchId &id : {demo, second})
        EXPECT_EQ(store.verified(id).error().code, ErrorCode::damaged);
}

TEST_F(StoreTest, FoldersThatChangedPlacesAreFoundOut) {
    activate(machine, install(machine, versioned_patch("demo", "1")));
    install(machine, versioned_patch("demo", "2"));
    const fs::path first = machine.path(demo_folder());
    const fs::path second = first.parent_path() / "2";
    fs::rename(first, first.parent_path() / "x");
    fs::rename(second, first);
    expect_problem("it is not the patch demo=1 for 6.1.0-50-amd64");
}

TEST_F(StoreTest, NothingIsLoadedThatOthersCouldHaveWritten) {
    install(machine, versioned_patch("demo", "1"));
    for (const std::string &path :
         {in_store(""), in_store(here), in_store(std::string(here) + "/demo"), demo_folder(),
          demo_folder() + "/demo.ko", demo_folder() + "/SHA256SUMS"}) {
        for (const mode_t others : {S_IWOTH, S_IWGRP}) {
            struct stat status = {};
            ASSERT_EQ(stat(machine.path(path).c_str(), &status), 0);
            chmod(machine.path(path).c_str(), status.st_mode | others);
            expect_problem("others than its owner may write it");
            chmod(machine.path(path).c_str(), status.st_mode & 07777);
        }
    }
    EXPECT_TRUE(Store(machine.environment()).verified(demo));
    Environment stranger = machine.environment();
    stranger.trusted_user += 1;
    const Result<PatchFile> foreign = Store(stranger).verified(demo);
    ASSERT_FALSE(foreign);
    EXPECT_THAT(to_text(foreign.error()), HasSubstr("belongs to user"));
    fs::rename(machine.path(demo_folder() + "/demo.ko"), machine.path("elsewhere.ko"));
    fs::create_symlink(machine.path("elsewhere.ko"), machine.path(demo_folder() + "/demo.ko"));
    expect_problem("it is no regular file");
}

// Were it taken for a removal, the next boot would go on unpatched without a word.
TEST_F(StoreTest, ALinkInThePlaceOfAFolderIsNoRemoval) {
    activate(machine, install(machine, versioned_patch("demo", "1")));
    const Store store(machine.environment());
    const fs::path elsewhere = machine.path("elsewhere");
    for (const fs::path &folder : {store.layout().version(demo), store.layout().name(demo)}) {
        fs::rename(folder, elsewhere);
        fs::create_directory_symlink(elsewhere, folder);
        expect_problem(folder.native() + "': it is no folder");
        const auto active = store.active(here);
        ASSERT_FALSE(active);
        EXPECT_EQ(active.error().code, ErrorCode::untrusted);
        EXPECT_THAT(to_text(active.error()), HasSubstr(folder.native() + "': it is no folder"));
        fs::remove(folder);
        EXPECT_EQ(store.active(here).value(), std::nullopt); // that is one
        fs::rename(elsewhere, folder);
    }
    EXPECT_EQ(store.active(here).value(), demo);
}

TEST_F(StoreTest, WhatSaysWhichIsActiveIsRootsAlone) {
    activate(machine, install(machine, versioned_patch("demo", "1")));
    const Store store(machine.environment());
    const fs::path marker = store.layout().active(here);
    const auto expect_untrusted = [&](const std::string &why) {
        const auto active = store.active(here);
        ASSERT_FALSE(active);
        EXPECT_EQ(active.error().code, ErrorCode::untrusted);
        EXPECT_THAT(to_text(active.error()), HasSubstr(".active': " + why));
        EXPECT_THAT(to_text(active.error()), HasSubstr("hint: 'klp upgrade' writes it anew"));
        activate(machine, demo); // as that does
        EXPECT_EQ(store.active(here).value(), demo);
    };
    chmod(marker.c_str(), 0666);
    expect_untrusted("others than its owner may write it (mode 666)");
    fs::rename(marker, machine.path("elsewhere"));
    fs::create_symlink(machine.path("elsewhere"), marker);
    expect_untrusted("it is no regular file");
    Environment stranger = machine.environment();
    stranger.trusted_user += 1;
    EXPECT_EQ(Store(stranger).active(here).error().code, ErrorCode::untrusted);
}

TEST_F(StoreTest, ANoteOfABootThatIsALinkGoesAsAnyOther) {
    activate(machine, install(machine, versioned_patch("demo", "1")));
    const Store store(machine.environment());
    const fs::path note = store.layout().attempt(here);
    fs::create_symlink(machine.path("nowhere"), note);
    const auto attempt = store.attempt(here);
    ASSERT_FALSE(attempt);
    EXPECT_THAT(to_text(attempt.error()), HasSubstr("it is no regular file"));
    EXPECT_THAT(to_text(attempt.error()), HasSubstr("'klp apply --again' removes it"));
    ASSERT_TRUE(open_store(machine, disk).forget_failed_boot(here)); // as that does
    EXPECT_EQ(store.attempt(here).value(), std::nullopt);
}

TEST_F(StoreTest, FromAFolderOfOthersNothingIsRemoved) {
    install(machine, versioned_patch("demo", "1"));
    const Layout layout{machine.path("var/lib/suture")};
    for (const fs::path &folder : {layout.kernel(here), layout.name(demo)}) {
        chmod(folder.c_str(), 0777);
        const auto removed = open_store(machine, disk).remove(demo);
        ASSERT_FALSE(removed);
        EXPECT_EQ(removed.error().code, ErrorCode::untrusted);
        EXPECT_THAT(to_text(removed.error()),
                    HasSubstr("then remove it, and install again the patches that were in it"));
        EXPECT_TRUE(fs::exists(layout.module(demo)));
        chmod(folder.c_str(), 0755);
    }
    EXPECT_TRUE(open_store(machine, disk).remove(demo));
}

TEST_F(StoreTest, IntoAStoreOfOthersNothingIsWritten) {
    machine.add({directory(in_store(here))});
    chmod(machine.path(in_store(here)).c_str(), 0777);
    const auto installed = try_install(versioned_patch("demo", "1"));
    ASSERT_FALSE(installed);
    EXPECT_EQ(installed.error().code, ErrorCode::untrusted);
    EXPECT_TRUE(fs::is_empty(machine.path(in_store(here))));
}

TEST_F(StoreTest, WhatItIsInMayHaveBeenMoved) {
    const fs::path place = machine.path("var/lib");
    fs::rename(place, machine.path("moved"));
    fs::create_symlink("../moved", place);
    ASSERT_TRUE(try_install(versioned_patch("demo", "1")));
    ASSERT_TRUE(open_store(machine, disk).activate(demo));
    EXPECT_EQ(stored(machine), "6.1.0-50-amd64 demo=1 active\n");
    ASSERT_TRUE(open_store(machine, disk).remove(demo));
    EXPECT_TRUE(fs::is_empty(machine.path("moved/suture")));
    // The store itself may not: whoever can change the link could put another one there.
    fs::rename(machine.path("moved/suture"), machine.path("elsewhere"));
    fs::create_symlink(machine.path("elsewhere"), machine.path("moved/suture"));
    EXPECT_THROW(open_store(machine, disk), std::runtime_error);
}

TEST_F(StoreTest, AnActiveMarkerThatIsNoneIsSaidToBeDamaged) {
    install(machine, versioned_patch("demo", "1"));
    machine.write(in_store(std::string(here) + "/.active"), "\n");
    const auto active = Store(machine.environment()).active(here);
    ASSERT_FALSE(active);
    EXPECT_EQ(active.error().code, ErrorCode::damaged);
    EXPECT_THAT(to_text(active.error()), HasSubstr(".active"));
}

TEST_F(StoreTest, ABootThatHasNotComeToItsEndIsNoFailureYet) {
    activate(machine, install(machine, versioned_patch("demo", "1")));
    const Store store(machine.environment());
    EXPECT_EQ(store.attempt(here).value(), std::nullopt);
    ASSERT_TRUE(open_store(machine, disk).note_attempt({.id = demo, .boot = first_boot}));
    EXPECT_EQ(store.attempt(here).value(), (Attempt{demo, first_boot}));
    EXPECT_EQ(store.failed_boot(here).value(), std::nullopt);
    machine.write("proc/sys/kernel/random/boot_id", "the-next-boot\n");
    EXPECT_EQ(store.failed_boot(here).value(), (Attempt{demo, first_boot}));
    EXPECT_EQ(stored(machine), "6.1.0-50-amd64 demo=1 active, failed\n");
    ASSERT_TRUE(open_store(machine, disk).forget_attempt(here));
    ASSERT_TRUE(open_store(machine, disk).forget_attempt(here)); // nothing to do
    EXPECT_EQ(store.failed_boot(here).value(), std::nullopt);
    EXPECT_EQ(stored(machine), "6.1.0-50-amd64 demo=1 active\n");
}

TEST_F(StoreTest, AFailedBootCountsUntilAVersionIsMadeActive) {
    const PatchId second = install(machine, versioned_patch("demo_2", "2"));
    activate(machine, install(machine, versioned_patch("demo", "1")));
    for (const PatchId &id : {demo, second}) {
        fail_a_boot(machine, demo);
        EXPECT_THAT(stored(machine), HasSubstr("demo=1 active, failed\n"));
        activate(machine, id);
        EXPECT_THAT(stored(machine), Not(HasSubstr("failed")));
        EXPECT_FALSE(fs::exists(machine.path(in_store(std::string(here) + "/.trying"))));
    }
}

TEST_F(StoreTest, AnActivationCountsFromItsSecondStepOn) {
    const PatchId second = install(machine, versioned_patch("demo_2", "2"));
    activate(machine, install(machine, versioned_patch("demo", "1")));
    fail_a_boot(machine, demo);
    const std::string before = stored(machine);
    for (const PatchId &id : {demo, second}) {
        StoreWriter writer = open_store(machine, disk);
        ASSERT_TRUE(writer.prepare_activation(id));
        EXPECT_EQ(stored(machine), before);
        writer.forget_activation(id);
        EXPECT_EQ(stored(machine), before);
    }
    for (const PatchId &id : {demo, second}) {
        StoreWriter writer = open_store(machine, disk);
        ASSERT_TRUE(writer.prepare_activation(id));
        // Each is made under a name of its own.
        ASSERT_TRUE(writer.note_attempt({.id = demo, .boot = "another-boot"}));
        EXPECT_EQ(stored(machine), before);
        ASSERT_TRUE(writer.finish_activation(id));
        EXPECT_EQ(writer.store().active(here).value(), id);
        EXPECT_EQ(writer.store().attempt(here).value(), std::nullopt);
    }
}

TEST_F(StoreTest, AFailedBootIsForgottenWithItsVersion) {
    activate(machine, install(machine, versioned_patch("demo", "1")));
    fail_a_boot(machine, demo);
    ASSERT_TRUE(open_store(machine, disk).remove(demo));
    EXPECT_TRUE(fs::is_empty(machine.path("var/lib/suture")));
    activate(machine, install(machine, versioned_patch("demo", "1")));
    EXPECT_EQ(stored(machine), "6.1.0-50-amd64 demo=1 active\n");
}

// What the script in the initramfs writes.
TEST_F(StoreTest, ANoteOfABootIsOneLine) {
    activate(machine, install(machine, versioned_patch("demo", "1")));
    const std::string note = in_store(std::string(here) + "/.trying");
    ASSERT_TRUE(open_store(machine, disk).note_attempt({.id = demo, .boot = first_boot}));
    EXPECT_EQ(machine.read(note), fmt::format("demo=1 {}\n", first_boot));
    machine.write(note, "demo=1 another-boot\n");
    EXPECT_EQ(Store(machine.environment()).failed_boot(here).value(),
              (Attempt{demo, "another-boot"}));
    // Of a version that is not the active one.
    machine.write(note, "demo_7=7 another-boot\n");
    EXPECT_EQ(stored(machine), "6.1.0-50-amd64 demo=1 active\n");
    for (const char *damaged : {"", "\n", "demo=1\n", "demo=1 another", "demo another\n"}) {
        machine.write(note, damaged);
        const auto failed = Store(machine.environment()).failed_boot(here);
        ASSERT_FALSE(failed) << damaged;
        EXPECT_EQ(failed.error().code, ErrorCode::damaged);
        EXPECT_THAT(to_text(failed.error()), HasSubstr(".trying"));
        EXPECT_THAT(to_text(failed.error()), HasSubstr("klp apply --again"));
    }
    activate(machine, demo); // the way out
    EXPECT_EQ(stored(machine), "6.1.0-50-amd64 demo=1 active\n");
}

TEST_F(StoreTest, OnAFullDiskTheStoreStaysAsItIs) {
    activate(machine, install(machine, versioned_patch("demo", "1")));
    const PatchId next = install(machine, versioned_patch("demo_3", "3"));
    const std::string before = stored(machine);
    const fs::path file = patch_file(machine, versioned_patch("demo_2", "2"));
    StoreWriter writer = open_store(machine, disk);
    {
        const NoFileMayGrow full;
        EXPECT_THAT(to_text(writer.install(file).error()), HasSubstr("EFBIG"));
        EXPECT_FALSE(writer.activate(next));
        EXPECT_FALSE(writer.note_attempt({.id = demo, .boot = first_boot}));
        EXPECT_TRUE(writer.activate(demo)); // there is nothing to be written
    }
    EXPECT_EQ(stored(machine), before);
    for (const char *file : {"/.active.tmp", "/.trying.tmp"})
        EXPECT_FALSE(fs::exists(machine.path(in_store(here + std::string(file)))));
    EXPECT_TRUE(writer.install(file)); // once there is room again
}

TEST_F(StoreTest, TwoAtOnceWaitForEachOther) {
    const StoreWriter first = open_store(machine, disk);
    FakeClock clock;
    std::vector<std::string> told;
    const auto second =
        StoreWriter::open(machine.environment(), disk, clock, clock.now() + std::chrono::seconds(1),
                          [&](const std::string &holder) { told.push_back(holder); });
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().code, ErrorCode::locked);
    EXPECT_EQ(told.size(), 1u);
}

} // namespace
} // namespace suture
