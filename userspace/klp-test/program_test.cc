// klp-test as a whole, as scripts have it: what it exits with, and which signals it heeds. Its
// guest is a script.
#include "fake_guest.h"
#include "fd.h"
#include "process.h"

#include <chrono>
#include <csignal>
#include <fcntl.h>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <gtest/gtest.h>
#include <string>
#include <thread>
#include <vector>

namespace suture::harness {
namespace {

namespace fs = std::filesystem;

using Words = std::vector<std::string>;

class Program : public testing::Test {
  protected:
    const fs::path &top() const { return guest_.build_dir(); }

    // With the guest, and with the records of the real ones.
    Words command(const char *verb, const Words &more = {}, const fs::path &vm_images = VM_IMAGES) {
        Words words{KLP_TEST, verb,          "--arch",  "x86_64",      "--kernel",
                    "6.1",    "--vm-images", vm_images, "--build-dir", top()};
        words.insert(words.end(), more.begin(), more.end());
        return words;
    }

    // `by` is what starts it.
    Result<Process> start(Words words, const Words &by = {}) {
        words.insert(words.begin(), by.begin(), by.end());
        return Process::spawn(words, null_.get(), {});
    }

    int status_of(const Words &words, const Words &by = {}) {
        auto program = start(words, by);
        EXPECT_TRUE(program) << program.error().message;
        return program ? program->wait().code : -1;
    }

    // A checkout whose Makefile builds patches by this recipe, and a trial of a patch in it.
    Words trial_in(const char *recipe) {
        auto checkout = top() / "checkout";
        fs::create_directories(checkout / "my-fix");
        fs::create_directory_symlink(VM_IMAGES, checkout / "vm-images");
        std::ofstream(checkout / "Makefile") << "modules:\npatch:\n\t" << recipe << '\n';
        return command("try", {checkout / "my-fix"}, checkout / "vm-images");
    }

    // The guest leaves the file `up` when it is started, and goes on when there is a file `go`.
    void hold_guest() {
        guest_.set_qemu(
            fmt::format("touch {0}/up; while [ ! -e {0}/go ]; do sleep 0.05; done; exec {1} \"$@\"",
                        top().string(), TESTDATA "/fake-qemu"));
    }

    bool comes_up() const {
        auto end = std::chrono::steady_clock::now() + std::chrono::seconds(20);
        while (!fs::exists(top() / "up") && std::chrono::steady_clock::now() < end) {
            std::this_thread::sleep_for(std::chrono::milliseconds(10));
        }
        return fs::exists(top() / "up");
    }

    FakeGuest guest_{"program-test"};
    UniqueFd null_{open("/dev/null", O_WRONLY | O_CLOEXEC)};
};

const Words a_command{"--", "true"};
// Where klp-test finds nothing that it could run.
const Words without_programs{"env", "PATH=/none"};

TEST_F(Program, ExitsAsTheTestsWent) {
    EXPECT_EQ(status_of(command("run")), 0);
    EXPECT_EQ(status_of(command("run", {"--suite", "none"})), 4);
    EXPECT_EQ(status_of(command("run", {"--shard", "none"})), 2);
}

TEST_F(Program, ExitsAsTheCommandDidOrWithoutAVerdict) {
    EXPECT_EQ(status_of(command("exec", a_command)), 0);
    EXPECT_EQ(status_of(command("exec")), 2) << "no command is given";
    fs::remove_all(top() / "x86_64");
    EXPECT_EQ(status_of(command("exec", a_command)), 125) << "there is no guest";
}

TEST_F(Program, HasNoVerdictWhereThereIsNoShell) {
    EXPECT_EQ(status_of(command("shell", {"--dir", top() / "none"})), 125);
    fs::remove_all(top() / "x86_64");
    EXPECT_EQ(status_of(command("shell")), 125) << "there is no guest";
}

TEST_F(Program, FailsAPatchThatCannotBeBuilt) {
    EXPECT_EQ(status_of(trial_in("exit 1")), 1);
}

TEST_F(Program, FailsNoPatchWhereMakeCannotBeRun) {
    auto trial = trial_in("exit 1");
    EXPECT_EQ(status_of(trial, without_programs), 4);
    fs::remove_all(top() / "logs");
    std::ofstream(top() / "logs") << "a file, where a folder should be";
    EXPECT_EQ(status_of(trial), 4);
}

TEST_F(Program, IsToldToStopByAHangupAndByCtrlC) {
    for (int signal : {SIGHUP, SIGINT, SIGTERM}) {
        hold_guest();
        fs::remove(top() / "up");
        auto program = start(command("exec", a_command), {"env", "--default-signal=HUP,INT,TERM"});
        ASSERT_TRUE(program) << program.error().message;
        ASSERT_TRUE(comes_up());
        kill(program->pid(), signal);
        EXPECT_EQ(program->wait().code, 125) << signal;
    }
}

// As nohup does, and shells for what they put in the background.
TEST_F(Program, GoesOnThroughWhatItsStarterIgnores) {
    hold_guest();
    auto program = start(command("exec", a_command), {"env", "--ignore-signal=HUP,INT"});
    ASSERT_TRUE(program) << program.error().message;
    ASSERT_TRUE(comes_up());
    kill(program->pid(), SIGHUP);
    kill(program->pid(), SIGINT);
    std::ofstream(top() / "go") << "on";
    EXPECT_EQ(program->wait().code, 0);
}

} // namespace
} // namespace suture::harness
