// What a patch says of itself is read in either byte order, and any other bytes are refused with
// the reason, never with a crash.

#include "libklp/metadata.h"
#include "libklp/patch_file.h"
#include "libklp/testing/damage.h"
#include "libklp/testing/fake_machine.h"
#include "libklp/testing/fake_module.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace suture {
namespace {

using namespace testing;
using ::testing::HasSubstr;

constexpr auto native = std::endian::native;

std::string note_of(std::initializer_list<const char *> fields, std::endian order = native) {
    std::string notes;
    for (const char *field : fields)
        notes += metadata_field(field, order);
    return notes;
}

void expect_refused(const std::string &notes, const std::string &why) {
    const auto metadata = parse_metadata(notes, native);
    ASSERT_FALSE(metadata);
    EXPECT_THAT(to_text(metadata.error()), HasSubstr(why));
}

TEST(MetadataTest, ReadsEveryFieldInEitherByteOrder) {
    for (const std::endian order : {std::endian::little, std::endian::big}) {
        const auto metadata = parse_metadata(
            note_of({"version=3", "kernel=6.1.0-50-amd64", "description=A = b, of course",
                     "expires=2027-06-30", "cve=CVE-2026-2 ", "cve=CVE-2026-1 7.8", "bug=b",
                     "bug=a", "object=ext4 build-id 00ff", "object=btrfs srcversion 0A1B"},
                    order),
            order);
        ASSERT_TRUE(metadata) << to_text(metadata.error());
        EXPECT_EQ(metadata->version, "3");
        EXPECT_EQ(metadata->kernel, "6.1.0-50-amd64");
        EXPECT_EQ(metadata->description, "A = b, of course");
        EXPECT_EQ(metadata->expires, "2027-06-30");
        EXPECT_EQ(metadata->cves, (std::vector<Cve>{{"CVE-2026-1", "7.8"}, {"CVE-2026-2", ""}}));
        EXPECT_EQ(metadata->bugs, (std::vector<std::string>{"a", "b"}));
        EXPECT_EQ(metadata->objects, (std::vector<ObjectBuild>{{"btrfs", "srcversion", "0A1B"},
                                                               {"ext4", "build-id", "00ff"}}));
    }
}

TEST(MetadataTest, AnInitialPatchSaysSo) {
    EXPECT_TRUE(parse_metadata(note_of({"version=0", "initial=yes"}), native)->initial);
    EXPECT_FALSE(parse_metadata(note_of({"version=0"}), native)->initial);
    expect_refused(note_of({"initial=no"}), "'initial' is wrong: it is not 'yes'");
}

TEST(MetadataTest, NothingIsNoMetadata) {
    EXPECT_EQ(parse_metadata("", native).value(), Metadata());
}

TEST(MetadataTest, SkipsWhatItDoesNotKnow) {
    const std::string others = metadata_note("text", native, 0x53550002) +
                               metadata_note("text", native, 0x53550001, "Linux") +
                               metadata_note("", native, 1, "") + metadata_field("colour=green");
    EXPECT_EQ(parse_metadata(others + metadata_field("version=3"), native).value(),
              (Metadata{.version = "3"}));
}

TEST(MetadataTest, TheWrongByteOrderIsRefused) {
    expect_refused(note_of({"version=3"},
                           native == std::endian::little ? std::endian::big : std::endian::little),
                   "a note is cut off");
}

TEST(MetadataTest, FieldsOfTheWrongFormAreRefused) {
    expect_refused(metadata_note("version=3"), "does not end with its only NUL");
    expect_refused(metadata_note(""), "does not end with its only NUL");
    expect_refused(metadata_note(std::string("version=3\0x\0", 12)), "its only NUL");
    expect_refused(metadata_field("version"), "'version' is no KEY=VALUE");
    expect_refused(metadata_field("=3"), "'=3' is no KEY=VALUE");
    expect_refused(note_of({"version=3", "version=4"}),
                   "field 'version' is wrong: it is there twice");
    expect_refused(metadata_field("cve="), "'cve' is wrong");
    expect_refused(metadata_field("cve=A 7.8 high"), "'cve' is wrong");
    expect_refused(metadata_field("object=ext4 0A1B"), "'object' is wrong");
}

TEST(MetadataTest, ErrorsAreFitForATerminal) {
    const auto metadata = parse_metadata(metadata_field("\x1b[31m"), native);
    ASSERT_FALSE(metadata);
    EXPECT_THAT(to_text(metadata.error()), HasSubstr("\\x1b[31m"));
}

TEST(MetadataTest, SizesBeyondTheEndAreRefused) {
    for (const size_t size_at : {size_t(0), size_t(4)}) {
        for (const unsigned char byte : {0x7f, 0xff}) {
            std::string notes = note_of({"version=3"});
            notes.replace(size_at, 4, 4, static_cast<char>(byte));
            expect_refused(notes, "a note is cut off");
        }
    }
    expect_refused(std::string((1 << 20) + 1, '\0'), "larger than");
}

TEST(MetadataTest, TruncatedAtAnyByteIsSeenOrComplete) {
    const std::string first = note_of({"version=3"});
    const std::string whole = first + note_of({"expires=2027-06-30"});
    for (size_t length = 0; length < whole.size(); ++length) {
        const auto metadata = parse_metadata(whole.substr(0, length), native);
        // Only the padding at the very end may be missing.
        const bool complete = length == 0 ||
                              (length >= first.size() - 2 && length <= first.size()) ||
                              length >= whole.size() - 1;
        EXPECT_EQ(metadata.has_value(), complete) << length;
    }
}

TEST(MetadataTest, SurvivesAnyBytes) {
    const std::string whole = note_of({"version=3", "cve=CVE-2026-1 7.8", "object=a srcversion b"});
    std::mt19937 random(4711);
    for (int round = 0; round < 20000; ++round) {
        const std::string start = whole.substr(0, random() % (whole.size() + 1));
        const unsigned changes = random() % 8;
        const std::string hostile = damaged(start, random, changes);
        (void)parse_metadata(hostile, native); // only has to come back, sanitizers watching
    }
}

TEST(MetadataTest, IsReadFromAFileOfEitherByteOrder) {
    FakeMachine machine;
    for (const std::endian order : {std::endian::little, std::endian::big}) {
        const bool big = order == std::endian::big;
        machine.write(
            "demo.ko",
            FakeModule{.metadata_notes = metadata_field("version=3", order),
                       .byte_order = static_cast<unsigned char>(big ? ELFDATA2MSB : ELFDATA2LSB),
                       .machine = static_cast<unsigned>(big ? EM_S390 : EM_X86_64)}
                .build());
        const auto file = read_patch_file(machine.path("demo.ko"));
        ASSERT_TRUE(file) << to_text(file.error());
        EXPECT_EQ(file->metadata.value(), (Metadata{.version = "3"}));
    }
}

TEST(MetadataTest, DamageInItLeavesTheFileReadable) {
    FakeMachine machine;
    machine.write("demo.ko", FakeModule{.metadata_notes = "rubbish"}.build());
    const auto file = read_patch_file(machine.path("demo.ko"));
    ASSERT_TRUE(file) << to_text(file.error());
    EXPECT_FALSE(file->metadata);
}

TEST(MetadataTest, IsReadFromTheRunningKernel) {
    const FakeMachine machine(
        {module("demo", {directory("notes", {file(metadata_section, note_of({"version=3"}))})}),
         module("plain"),
         module("damaged", {directory("notes", {file(metadata_section, "rubbish")})}),
         module("odd", {directory("notes", {directory(metadata_section)})})});
    const auto sys = machine.path("sys");
    EXPECT_EQ(loaded_metadata(sys, "demo").value(), (Metadata{.version = "3"}));
    EXPECT_EQ(loaded_metadata(sys, "plain").value(), Metadata());
    EXPECT_EQ(loaded_metadata(sys, "absent").value(), Metadata());
    EXPECT_FALSE(loaded_metadata(sys, "damaged"));
    EXPECT_FALSE(loaded_metadata(sys, "odd"));
}

} // namespace
} // namespace suture
