// A file is replaced whole or not at all.

#include "libklp/file.h"
#include "libklp/testing/fake_machine.h"
#include "libklp/testing/full_disk.h"

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <sys/stat.h>

namespace suture {
namespace {

using namespace testing;

// What is in the folder besides what a machine has: temporary files that were left, say.
size_t files_in(const std::filesystem::path &folder) {
    return static_cast<size_t>(std::distance(std::filesystem::directory_iterator(folder),
                                             std::filesystem::directory_iterator()));
}

TEST(ReplaceFile, MakesOneThatEverybodyMayRead) {
    const FakeMachine machine;
    const std::string content(100000, 'x');
    ASSERT_TRUE(replace_file(machine.path("run/klp.prom"), content));
    EXPECT_EQ(machine.read("run/klp.prom"), content);
    struct stat status = {};
    ASSERT_EQ(stat(machine.path("run/klp.prom").c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 07777, 0644u);
    EXPECT_EQ(files_in(machine.path("run")), 1u);
}

TEST(ReplaceFile, ReplacesTheFileAndNotItsContent) {
    FakeMachine machine({file("run/klp.prom", "old")});
    std::ifstream reader(machine.path("run/klp.prom"));
    ASSERT_TRUE(replace_file(machine.path("run/klp.prom"), "new"));
    EXPECT_EQ(machine.read("run/klp.prom"), "new");
    std::string seen;
    EXPECT_TRUE(reader >> seen);
    EXPECT_EQ(seen, "old"); // who reads it just now reads all of one of them
}

TEST(ReplaceFile, LeavesTheOldOneWhereTheDiskIsFull) {
    FakeMachine machine({file("run/klp.prom", "old")});
    {
        const NoFileMayGrow full;
        EXPECT_EQ(replace_file(machine.path("run/klp.prom"), "new").error(), EFBIG);
    }
    EXPECT_EQ(machine.read("run/klp.prom"), "old");
    EXPECT_EQ(files_in(machine.path("run")), 1u);
}

TEST(ReplaceFile, WhereThereIsNoFolder) {
    EXPECT_EQ(replace_file(FakeMachine().path("absent/klp.prom"), "x").error(), ENOENT);
}

} // namespace
} // namespace suture
