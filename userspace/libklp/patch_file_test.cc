// A .ko file is read for what it is, and any other bytes are refused with the reason, never with
// a crash.

#include "libklp/patch_file.h"
#include "libklp/testing/damage.h"
#include "libklp/testing/fake_machine.h"
#include "libklp/testing/fake_module.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

namespace suture {
namespace {

using namespace testing;

class PatchFileTest : public ::testing::Test {
  protected:
    Result<PatchFile> read(const std::string &bytes) {
        machine.write("demo.ko", bytes);
        return read_patch_file(machine.path("demo.ko"));
    }

    void expect_error(const Result<PatchFile> &file, ErrorCode code, const std::string &why) {
        ASSERT_FALSE(file);
        EXPECT_EQ(file.error().code, code);
        EXPECT_NE(file.error().why.find(why), std::string::npos) << to_text(file.error());
    }

    FakeMachine machine;
};

TEST_F(PatchFileTest, SaysWhatItIs) {
    const auto file =
        read(FakeModule{.depends = "suture,,ext4", .source_version = "ABC", .build_id_note = "note"}
                 .build());
    ASSERT_TRUE(file) << to_text(file.error());
    EXPECT_EQ(file->name, "demo");
    EXPECT_EQ(file->machine, "x86_64");
    EXPECT_EQ(file->kernel_release(), "6.1.0-50-amd64");
    EXPECT_EQ(file->depends, (std::vector<std::string>{"suture", "ext4"}));
    EXPECT_EQ(file->source_version, "ABC");
    EXPECT_EQ(file->build_id_note, "note");
    EXPECT_TRUE(file->is_livepatch);
    EXPECT_TRUE(file->needs_suture());
}

TEST_F(PatchFileTest, BothRuntimesTagsMarkALivepatch) {
    EXPECT_TRUE(read(FakeModule{.livepatch_tag = "livepatch"}.build()).value().is_livepatch);
    EXPECT_TRUE(read(FakeModule{.livepatch_tag = "livepatch:"}.build()).value().is_livepatch);
    EXPECT_FALSE(read(FakeModule{.livepatch_tag = ""}.build()).value().is_livepatch);
    EXPECT_FALSE(read(FakeModule{.livepatch_tag = "livepatches"}.build()).value().is_livepatch);
}

TEST_F(PatchFileTest, NoDependenciesAreNone) {
    const auto file = read(FakeModule{.depends = ""}.build());
    ASSERT_TRUE(file);
    EXPECT_TRUE(file->depends.empty());
    EXPECT_FALSE(file->needs_suture());
}

TEST_F(PatchFileTest, KnowsMachinesOfEitherByteOrder) {
    const auto machine_of = [this](unsigned machine, unsigned char order) {
        return read(FakeModule{.byte_order = order, .machine = machine}.build()).value().machine;
    };
    EXPECT_EQ(machine_of(EM_X86_64, ELFDATA2LSB), "x86_64");
    EXPECT_EQ(machine_of(EM_PPC64, ELFDATA2LSB), "ppc64le");
    EXPECT_EQ(machine_of(EM_PPC64, ELFDATA2MSB), "ppc64");
    EXPECT_EQ(machine_of(EM_S390, ELFDATA2MSB), "s390x");
    EXPECT_EQ(machine_of(4711, ELFDATA2LSB), "ELF machine 4711, class 2, byte order 1");
}

TEST_F(PatchFileTest, TakesTheNameFromInsideTheFile) {
    machine.write("renamed.ko", FakeModule{.name = "demo"}.build());
    EXPECT_EQ(read_patch_file(machine.path("renamed.ko")).value().name, "demo");
    machine.write("old.ko", FakeModule{.name = ""}.build()); // of a kernel before 4.13
    EXPECT_EQ(read_patch_file(machine.path("old.ko")).value().name, "old");
}

TEST_F(PatchFileTest, ANameThatIsAPathIsRefused) {
    expect_error(read(FakeModule{.name = "../../etc"}.build()), ErrorCode::not_a_module,
                 "it calls itself '../../etc'");
}

TEST_F(PatchFileTest, NoFile) {
    expect_error(read_patch_file(machine.path("absent.ko")), ErrorCode::not_found, "ENOENT");
}

TEST_F(PatchFileTest, NoRegularFile) {
    expect_error(read_patch_file(machine.path("run")), ErrorCode::not_a_module, "regular file");
    expect_error(read_patch_file("/dev/null"), ErrorCode::not_a_module, "regular file");
    const auto fifo = machine.path("fifo.ko");
    ASSERT_EQ(mkfifo(fifo.c_str(), 0600), 0);
    expect_error(read_patch_file(fifo), ErrorCode::not_a_module, "regular file"); // and no waiting
}

TEST_F(PatchFileTest, NotElf) {
    expect_error(read(""), ErrorCode::not_a_module, "it is empty");
    expect_error(read("#!/bin/sh\n"), ErrorCode::not_a_module, "not an ELF file");
    expect_error(read("\x7f"), ErrorCode::not_a_module, "not an ELF file");
}

TEST_F(PatchFileTest, CompressedFilesAreNamedAsSuch) {
    const auto xz = read(std::string("\xfd\x37zXZ\x00rest", 10));
    expect_error(xz, ErrorCode::not_a_module, "compressed with xz");
    EXPECT_NE(xz.error().hint.find("unxz"), std::string::npos);
    expect_error(read("\x28\xb5\x2f\xfdrest"), ErrorCode::not_a_module, "compressed with zstd");
    expect_error(read("\x1f\x8brest"), ErrorCode::not_a_module, "compressed with gzip");
}

TEST_F(PatchFileTest, ElfButNoModule) {
    expect_error(read(FakeModule{.type = ET_EXEC}.build()), ErrorCode::not_a_module,
                 "not a kernel module");
    expect_error(read(FakeModule{.this_module = false}.build()), ErrorCode::not_a_module,
                 "not a kernel module");
    expect_error(read(FakeModule{.modinfo = false}.build()), ErrorCode::not_a_module,
                 "not a kernel module");
    expect_error(read_patch_file("/proc/self/exe"), ErrorCode::not_a_module, "not a kernel module");
}

TEST_F(PatchFileTest, TruncatedAtAnyByteIsSeen) {
    const std::string whole = FakeModule{}.build();
    ASSERT_TRUE(read(whole));
    for (size_t length = 0; length < whole.size(); ++length) {
        const auto file = read(whole.substr(0, length));
        ASSERT_FALSE(file) << length;
        ASSERT_EQ(file.error().code, ErrorCode::not_a_module) << length;
    }
    expect_error(read(whole.substr(0, whole.size() - 1)), ErrorCode::not_a_module, "truncated");
}

TEST_F(PatchFileTest, SurvivesAnyBytes) {
    const std::string whole = FakeModule{.build_id_note = "note"}.build();
    std::mt19937 random(4711);
    for (int round = 0; round < 3000; ++round) {
        const unsigned changes = 1 + random() % 8;
        (void)read(damaged(whole, random, changes)); // only has to come back, sanitizers watching
    }
}

TEST_F(PatchFileTest, AnArgumentIsANameOrAFile) {
    EXPECT_EQ(name_of_argument("my-patch").value().text(), "my_patch");
    EXPECT_EQ(name_of_argument("absent/my-patch.ko").value().text(), "my_patch");
    machine.write("renamed.ko", FakeModule{.name = "demo"}.build());
    EXPECT_EQ(name_of_argument(machine.path("renamed.ko")).value().text(), "demo");
    EXPECT_EQ(name_of_argument("../demo").error().code, ErrorCode::invalid_name);
    EXPECT_EQ(name_of_argument("some/.ko").error().code, ErrorCode::invalid_name);
    machine.write("damaged.ko", "x");
    EXPECT_EQ(name_of_argument(machine.path("damaged.ko")).error().code, ErrorCode::not_a_module);
}

} // namespace
} // namespace suture
