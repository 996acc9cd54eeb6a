// The overlay is an archive that cpio understands, with every folder it needs.
#include "overlay.h"
#include "suite.h"

#include <archive.h>
#include <archive_entry.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <map>

namespace suture::harness {
namespace {

struct Entry {
    unsigned type = 0;
    unsigned mode = 0;
    std::string content;
};

std::map<std::string, Entry> unpack(const std::string &bytes) {
    std::map<std::string, Entry> entries;
    archive *reader = archive_read_new();
    archive_read_support_format_cpio(reader);
    EXPECT_EQ(archive_read_open_memory(reader, bytes.data(), bytes.size()), ARCHIVE_OK);
    for (archive_entry *entry; archive_read_next_header(reader, &entry) == ARCHIVE_OK;) {
        std::string content(static_cast<std::size_t>(archive_entry_size(entry)), '\0');
        archive_read_data(reader, content.data(), content.size());
        entries[archive_entry_pathname(entry)] = {archive_entry_filetype(entry),
                                                  archive_entry_perm(entry), content};
    }
    archive_read_free(reader);
    return entries;
}

TEST(Overlay, HoldsFilesAndTheirFolders) {
    auto bytes = make_overlay({{"a/b/c", 0755, "one"}, {"a/d", 0644, ""}});
    ASSERT_TRUE(bytes) << bytes.error().message;
    // The kernel reads "newc" only.
    EXPECT_EQ(bytes->substr(0, 6), "070701");
    auto entries = unpack(*bytes);
    EXPECT_EQ(entries.size(), 4U);
    EXPECT_EQ(entries["a"].type, AE_IFDIR);
    EXPECT_EQ(entries["a/b"].type, AE_IFDIR);
    EXPECT_EQ(entries["a/b/c"].content, "one");
    EXPECT_EQ(entries["a/b/c"].mode, 0755U);
    EXPECT_EQ(entries["a/d"].type, AE_IFREG);
}

TEST(Overlay, CarriesAJob) {
    auto suite = script_suite("check", {{"one", "#!/bin/sh\n"}}, 5);
    auto bytes = make_overlay(job_files(suite, "n0nce", 3));
    ASSERT_TRUE(bytes);
    auto entries = unpack(*bytes);
    EXPECT_EQ(entries["job/job"].content, "nonce=n0nce\nslowdown=3\nsuite=/opt/klp-test\n");
    EXPECT_EQ(entries["job/job"].mode, 0600U);
    EXPECT_EQ(entries["opt/klp-test/kselftest-list.txt"].content, "check:one\n");
    EXPECT_EQ(entries["opt/klp-test/check/settings"].content, "timeout=5\n");
    EXPECT_EQ(entries["opt/klp-test/check/one"].mode, 0755U);
}

TEST(Overlay, QuotesACommandForTheShell) {
    auto suite = command_suite({"echo", "it's", "$HOME", "a b"});
    EXPECT_THAT(suite.files.front().content,
                testing::HasSubstr("exec 'echo' 'it'\\''s' '$HOME' 'a b'\n"));
}

} // namespace
} // namespace suture::harness
