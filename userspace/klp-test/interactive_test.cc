// What a guest for a person has in it.
#include "interactive.h"

#include <filesystem>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

namespace suture::harness {
namespace {

namespace fs = std::filesystem;

const OverlayFile *find(const Suite &suite, const std::string &path) {
    for (const auto &file : suite.files) {
        if (file.path == path) {
            return &file;
        }
    }
    return nullptr;
}

TEST(ShellSuite, HasTheShellAndWhatItIsTold) {
    auto suite = shell_suite("", {"xterm-it's", 24, 80});
    ASSERT_TRUE(suite) << suite.error().message;
    const auto *script = find(*suite, "opt/klp-test/shell/shell");
    ASSERT_TRUE(script);
    EXPECT_EQ(script->content.substr(0, 12), "#!/bin/bash\n");
    const auto *given = find(*suite, "opt/klp-test/shell/given");
    ASSERT_TRUE(given);
    EXPECT_EQ(given->content, "TERM='xterm-it'\\''s' ROWS=24 COLUMNS=80 FOLDER='/root'\n");
}

TEST(ShellSuite, HasTheDevelopersFolder) {
    auto folder = fs::temp_directory_path() / ("shell-test-" + std::to_string(getpid())) / "my-fix";
    fs::create_directories(folder / "deeper");
    std::ofstream(folder / "deeper/a.ko") << "module";

    auto suite = shell_suite(folder / "", {"dumb", 0, 0});
    fs::remove_all(folder.parent_path());

    ASSERT_TRUE(suite) << suite.error().message;
    const auto *file = find(*suite, "root/my-fix/deeper/a.ko");
    ASSERT_TRUE(file);
    EXPECT_EQ(file->content, "module");
    EXPECT_THAT(find(*suite, "opt/klp-test/shell/given")->content,
                testing::HasSubstr("FOLDER='/root/my-fix'\n"));
}

TEST(ShellSuite, NeedsAFolderThatIsThere) {
    auto suite = shell_suite("/no/such/folder", {});
    ASSERT_FALSE(suite);
    EXPECT_THAT(suite.error().message,
                testing::HasSubstr("/no/such/folder: No such file or directory"));
}

} // namespace
} // namespace suture::harness
