#include "interactive.h"

#include "guest_scripts.h"
#include "raw_terminal.h"
#include "shell.h"
#include "terminal_bridge.h"

#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <fmt/format.h>
#include <optional>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/un.h>

namespace suture::harness {

namespace {

// A person may take any time.
constexpr Seconds no_limit{30L * 24 * 3600};
// The archive is in the guest's memory, which is also what it has to work with.
constexpr std::size_t largest_folder = 256UL << 20;

TerminalKind this_terminal() {
    TerminalKind terminal;
    const char *type = std::getenv("TERM");
    terminal.type = type ? type : "dumb";
    winsize size{};
    if (ioctl(STDIN_FILENO, TIOCGWINSZ, &size) == 0) {
        terminal.rows = size.ws_row;
        terminal.columns = size.ws_col;
    }
    return terminal;
}

Result<void> check_size(const std::filesystem::path &folder,
                        const std::vector<OverlayFile> &files) {
    std::size_t bytes = 0;
    for (const auto &file : files) {
        bytes += file.content.size();
    }
    if (bytes > largest_folder) {
        return fail(fmt::format("{} has {} MiB of files, and all of them would be in the guest's "
                                "memory: give a folder with at most {} MiB",
                                folder.string(), bytes >> 20, largest_folder >> 20));
    }
    return {};
}

Result<std::filesystem::path> gdb_socket_in(const std::filesystem::path &folder) {
    auto path = std::filesystem::absolute(folder).lexically_normal() / "gdb";
    if (path.string().size() >= sizeof(sockaddr_un::sun_path)) {
        return fail(fmt::format("the path of gdb's socket is too long, {}: give a --build-dir with "
                                "a shorter one",
                                path.string()));
    }
    return path;
}

// Connects this terminal to the guest's, from when there is a shell in it until after the guest's
// end: whatever holds this terminal up, QEMU is not left running for it.
class Session : public Progress {
  public:
    Session(UniqueFd ours, UniqueFd qemus, std::filesystem::path gdb_socket)
        : ours_(std::move(ours)), qemus_(std::move(qemus)), gdb_socket_(std::move(gdb_socket)) {}

    void guest_started(pid_t) override {
        qemus_.reset();
        if (!gdb_socket_.empty()) {
            fmt::print(stderr, "klp-test: to attach gdb, type: gdb-multiarch -ex {}\n",
                       shell_quoted({"target remote " + gdb_socket_.string()}));
        }
    }

    void test_started(const std::string &) override {
        if (isatty(STDIN_FILENO)) {
            if (auto raw = RawTerminal::take(STDIN_FILENO); raw) {
                raw_.emplace(std::move(*raw));
            } else {
                fmt::print(stderr, "klp-test: {}; keys arrive line by line\n", raw.error().message);
            }
        }
        bridge_.emplace(STDIN_FILENO, STDOUT_FILENO, ours_.get(), [this] {
            escaped_ = true;
            kill(getpid(), SIGTERM);
        });
    }

    // What it could not say on its terminal.
    void test_output(const std::string &line) override { fmt::print(stderr, "{}\r\n", line); }

    bool escaped() const { return escaped_; }

  private:
    UniqueFd ours_, qemus_;
    std::filesystem::path gdb_socket_;
    std::atomic<bool> escaped_ = false;
    std::optional<RawTerminal> raw_;
    std::optional<TerminalBridge> bridge_;
};

} // namespace

Result<Suite> shell_suite(const std::filesystem::path &folder, const TerminalKind &terminal) {
    auto suite = script_suite("shell", {{"shell", shell_script}}, 0);
    suite.verdict_by = VerdictBy::exit_status;
    std::string place = "/root";
    if (!folder.empty()) {
        auto name = std::filesystem::absolute(folder).lexically_normal();
        place += "/" + (name.has_filename() ? name : name.parent_path()).filename().string();
        auto files = folder_files(folder, place.substr(1));
        if (!files) {
            return tl::unexpected(files.error());
        }
        if (auto fits = check_size(folder, *files); !fits) {
            return tl::unexpected(fits.error());
        }
        suite.files.insert(suite.files.end(), files->begin(), files->end());
    }
    suite.files.push_back(
        {suite.path + "/shell/given", 0644,
         fmt::format("TERM={} ROWS={} COLUMNS={} FOLDER={}\n", shell_quoted({terminal.type}),
                     terminal.rows, terminal.columns, shell_quoted({place}))});
    return suite;
}

Result<ShellEnd> run_shell(const Target &target, const ShellRequest &request, int stop_fd) {
    auto suite = shell_suite(request.folder, this_terminal());
    if (!suite) {
        return tl::unexpected(suite.error());
    }
    std::filesystem::path gdb_socket;
    if (request.gdb) {
        auto path = gdb_socket_in(target.log_dir / "guest-1");
        if (!path) {
            return tl::unexpected(path.error());
        }
        gdb_socket = *path;
    }
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) {
        return fail(fmt::format("cannot make a socket pair: {}", std::strerror(errno)));
    }
    RunPlan plan;
    plan.suite = std::move(*suite);
    plan.test_limit = no_limit;
    // There is one pair of sockets, for one guest.
    plan.boot_retries = 0;
    if (request.gdb) {
        plan.limits.boot = no_limit;
        plan.limits.leave = no_limit;
    }
    plan.alter = [&](GuestConfig &config) {
        config.terminal_fd = ends[1];
        config.gdb_socket = gdb_socket;
    };
    UniqueFd ours(ends[0]), qemus(ends[1]);
    Session session(std::move(ours), std::move(qemus), gdb_socket);
    auto result = run_target(target, plan, session, stop_fd);
    return ShellEnd{std::move(result), session.escaped()};
}

} // namespace suture::harness
