#include "process.h"

#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <fmt/format.h>
#include <iterator>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>

// glibc 2.36 does not say that this header is C.
extern "C" {
#include <sys/pidfd.h>
}

namespace suture::harness {

namespace {

// Only async-signal-safe calls: the parent may have other threads, and one may hold malloc's lock.
[[noreturn]] void become(char *const *argv, int output_fd, const std::vector<int> &inherited,
                         pid_t parent, int errors) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) {
        _exit(127);
    }
    // Its own process group: Ctrl-C is for klp-test, which then ends it in order.
    setpgid(0, 0);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, nullptr);
    int null = open("/dev/null", O_RDONLY | O_CLOEXEC);
    bool ready = null >= 0 && dup2(null, STDIN_FILENO) >= 0 &&
                 dup2(output_fd, STDOUT_FILENO) >= 0 && dup2(output_fd, STDERR_FILENO) >= 0;
    for (int fd : inherited) {
        ready = ready && fcntl(fd, F_SETFD, 0) == 0;
    }
    if (ready) {
        execvp(argv[0], argv);
    }
    int error = errno;
    [[maybe_unused]] auto written = write(errors, &error, sizeof(error));
    _exit(127);
}

} // namespace

std::string ExitStatus::words() const {
    if (signal != 0) {
        return fmt::format("killed by signal {} ({})", signal, strsignal(signal));
    }
    return fmt::format("exit status {}", code);
}

Result<Process> Process::spawn(const std::vector<std::string> &argv, int output_fd,
                               const std::vector<int> &inherited) {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) {
        return fail(fmt::format("cannot make a pipe: {}", std::strerror(errno)));
    }
    UniqueFd reading(ends[0]), writing(ends[1]);
    std::vector<char *> words;
    words.reserve(argv.size() + 1);
    for (const auto &word : argv) {
        words.push_back(const_cast<char *>(word.c_str()));
    }
    words.push_back(nullptr);

    pid_t parent = getpid();
    pid_t pid = fork();
    if (pid < 0) {
        return fail(fmt::format("cannot fork to run {}: {}", argv[0], std::strerror(errno)));
    }
    if (pid == 0) {
        become(words.data(), output_fd, inherited, parent, writing.get());
    }
    UniqueFd pidfd(pidfd_open(pid, 0));
    int pidfd_error = errno;
    writing.reset();
    int error = 0;
    // End of file: exec closed the other end.
    if (read(reading.get(), &error, sizeof(error)) == sizeof(error)) {
        waitpid(pid, nullptr, 0);
        return fail(fmt::format("cannot run {}: {}", argv[0], std::strerror(error)));
    }
    if (!pidfd) {
        kill(pid, SIGKILL);
        waitpid(pid, nullptr, 0);
        return fail(fmt::format("cannot watch {}: {}", argv[0], std::strerror(pidfd_error)));
    }
    return Process(pid, std::move(pidfd));
}

Process::~Process() {
    if (pidfd_) {
        end();
    }
}

ExitStatus Process::end() {
    if (pidfd_) {
        pidfd_send_signal(pidfd_.get(), SIGKILL, nullptr, 0);
    }
    return wait();
}

ExitStatus Process::stop(std::chrono::milliseconds grace) {
    if (pidfd_) {
        kill(-pid_, SIGTERM);
        pollfd watched{pidfd_.get(), POLLIN, 0};
        if (poll(&watched, 1, static_cast<int>(grace.count())) != 1) {
            kill(-pid_, SIGKILL);
        }
    }
    return wait();
}

bool Process::wait_unless(int stop_fd) {
    while (pidfd_) {
        pollfd watched[] = {{pidfd_.get(), POLLIN, 0}, {stop_fd, POLLIN, 0}};
        int ready = poll(watched, std::size(watched), -1);
        if (ready > 0 && !watched[0].revents) {
            return false;
        }
        if (ready > 0 || errno != EINTR) {
            wait();
        }
    }
    return true;
}

ExitStatus Process::wait() {
    if (pidfd_) {
        int status = 0;
        while (waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
        }
        status_ = WIFSIGNALED(status) ? ExitStatus{0, WTERMSIG(status)}
                                      : ExitStatus{WEXITSTATUS(status), 0};
        pidfd_.reset();
    }
    return status_;
}

} // namespace suture::harness
