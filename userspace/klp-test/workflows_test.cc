// The workflows that docs/ci.md prints, as far as they are klp-test's: their commands, as they
// stand there, in a checkout whose guest is a script.
#include "fake_guest.h"
#include "fd.h"
#include "process.h"

#include <fcntl.h>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sstream>
#include <string>
#include <vector>

namespace suture::harness {
namespace {

namespace fs = std::filesystem;

using testing::HasSubstr;

std::size_t indent_of(const std::string &line) {
    return line.find_first_not_of(' ');
}

// What the workflows run, a command each: what stands behind `run:`, or below it after a `>`.
std::vector<std::string> commands_of(std::istream &page) {
    static const std::string key = "- run: ";
    std::vector<std::string> commands;
    std::string line;
    std::size_t folded = 0; // how far the key of a command that goes on is indented
    while (std::getline(page, line)) {
        if (folded > 0 && indent_of(line) != line.npos && indent_of(line) > folded) {
            commands.back() += line.substr(indent_of(line)) + ' ';
            continue;
        }
        folded = 0;
        if (auto start = line.find(key); start != line.npos) {
            auto command = line.substr(start + key.size());
            folded = command == ">" ? start : 0;
            commands.push_back(folded > 0 ? "" : command);
        }
    }
    return commands;
}

std::string content_of(const fs::path &path) {
    std::ifstream file(path);
    std::ostringstream content;
    content << file.rdbuf();
    return content.str();
}

class Workflows : public testing::Test {
  protected:
    void SetUp() override {
        const auto program = guest_.build_dir() / "host/klp-test";
        fs::create_directories(program);
        fs::create_symlink(KLP_TEST, program / "klp-test");
        fs::create_directories(checkout_ / "my-fix");
        fs::create_directory_symlink(guest_.build_dir(), checkout_ / "build");
        fs::create_directory_symlink(VM_IMAGES, checkout_ / "vm-images");
        // As a submodule of its own.
        fs::create_directory_symlink(".", checkout_ / "suture");
        std::ofstream(checkout_ / "Makefile") << "modules:\npatch:\n\texit 1\n";
    }

    // The command with that in it, of which there must be one.
    static std::string command_with(const std::string &part) {
        std::ifstream page(DOCS "/ci.md");
        std::string found;
        for (const auto &command : commands_of(page)) {
            if (command.find(part) != command.npos) {
                EXPECT_EQ(found, "") << "another one with " << part;
                found = command;
            }
        }
        EXPECT_NE(found, "") << "none with " << part;
        return found;
    }

    // As a job has it: a shell that ends at the first error, with the variables of the matrix.
    int status_of(const std::string &command) {
        auto shell = Process::spawn(
            {"sh", "-ec",
             fmt::format("cd {}; export ARCH=x86_64 KERNEL=6.1; {}", checkout_.string(), command)},
            null_.get(), {});
        EXPECT_TRUE(shell) << shell.error().message;
        return shell ? shell->wait().code : -1;
    }

    FakeGuest guest_{"workflows-test"};
    const fs::path checkout_ = guest_.build_dir() / "checkout";
    UniqueFd null_{open("/dev/null", O_WRONLY | O_CLOEXEC)};
};

TEST_F(Workflows, RunTheSelftests) {
    EXPECT_EQ(status_of(command_with("klp-test run ")), 0);
    EXPECT_THAT(content_of(checkout_ / "results.xml"), HasSubstr("tests=\"1\""));
}

TEST_F(Workflows, FailWhereThereIsNoVerdict) {
    guest_.set_qemu(fmt::format("BEFORE_TEST='exit 1' exec {} \"$@\"", TESTDATA "/fake-qemu"));
    EXPECT_EQ(status_of(command_with("klp-test run ")), 4);
}

TEST_F(Workflows, TryAPatchOfOnesOwn) {
    // It cannot be built in this checkout, and all that is uploaded is there nevertheless.
    EXPECT_EQ(status_of(command_with("klp-test try ")), 1);
    EXPECT_THAT(content_of(checkout_ / "results.xml"), HasSubstr("failures=\"1\""));
    EXPECT_THAT(content_of(checkout_ / "my-fix.html"), HasSubstr("</html>"));
}

} // namespace
} // namespace suture::harness
