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

TEST_F(FolderSuite, ThatIsNotThereIsAnError) {
    auto suite = folder_suite(folder_ / "nowhere");
    ASSERT_FALSE(suite);
    EXPECT_NE(suite.error().message.find("nowhere"), std::string::npos);
}

} // namespace
} // namespace suture::harness
