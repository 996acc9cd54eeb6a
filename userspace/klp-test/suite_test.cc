#include "suite.h"

#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <unistd.h>

namespace suture::harness {
namespace {

namespace fs = std::filesystem;

class FolderSuite : public testing::Test {
  protected:
    FolderSuite()
        : folder_(fs::temp_directory_path() / ("suite-test-" + std::to_string(getpid()))) {
        fs::create_directories(folder_ / "things/modules");
    }
    ~FolderSuite() override { fs::remove_all(folder_); }

    void write(const char *name, const std::string &content, fs::perms mode) {
        std::ofstream(folder_ / name, std::ios::binary) << content;
        fs::permissions(folder_ / name, mode);
    }

    fs::path folder_;
};

TEST_F(FolderSuite, KeepsNamesModesAndContent) {
    const std::string binary("\0\xff\n", 3);
    write("kselftest-list.txt", "things:a.sh\n", fs::perms(0644));
    write("things/a.sh", "#!/bin/sh\n", fs::perms(0755));
    write("things/modules/a.ko", binary, fs::perms(0644));

    auto suite = folder_suite(folder_);

    ASSERT_TRUE(suite);
    ASSERT_EQ(suite->files.size(), 3U);
    EXPECT_EQ(suite->files[0].path, suite->path + "/kselftest-list.txt");
    EXPECT_EQ(suite->files[1].path, suite->path + "/things/a.sh");
    EXPECT_EQ(suite->files[1].mode, 0755U);
    EXPECT_EQ(suite->files[2].path, suite->path + "/things/modules/a.ko");
    EXPECT_EQ(suite->files[2].content, binary);
}

TEST_F(FolderSuite, IsOfKselftestsUnlessItSaysOtherwise) {
    write("kselftest-list.txt", "things:a.sh\n", fs::perms(0644));
    auto suite = folder_suite(folder_);
    ASSERT_TRUE(suite);
    EXPECT_EQ(suite->verdict_by, VerdictBy::kselftest);
    write("require-ktap", "", fs::perms(0644));
    suite = folder_suite(folder_);
    ASSERT_TRUE(suite);
    EXPECT_EQ(suite->verdict_by, VerdictBy::ktap);
}

TEST_F(FolderSuite, NeedsAList) {
    write("things/a.sh", "#!/bin/sh\n", fs::perms(0755));
    auto suite = folder_suite(folder_);
    ASSERT_FALSE(suite);
    EXPECT_NE(suite.error().message.find("no kselftest-list.txt"), std::string::npos);
}

TEST(Suites, OfOurOwnNeedKtapAndCommandsDoNot) {
    EXPECT_EQ(image_suite().verdict_by, VerdictBy::ktap);
    EXPECT_EQ(script_suite("s", {{"a", ""}}, 0).verdict_by, VerdictBy::ktap);
    EXPECT_EQ(command_suite({"ls"}).verdict_by, VerdictBy::exit_status);
}

TEST_F(FolderSuite, ThatIsNotThereIsAnError) {
    auto suite = folder_suite(folder_ / "nowhere");
    ASSERT_FALSE(suite);
    EXPECT_NE(suite.error().message.find("nowhere"), std::string::npos);
}

} // namespace
} // namespace suture::harness
