// A process of its own in which inputs are run one after the other, until one crashes it: for
// libraries whose crashes are nobody's finding. To start one for each input takes milliseconds.

#pragma once

#include "fuzz/counters.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <string_view>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

namespace suture::fuzz {

class Worker {
  public:
    using Work = void (*)(std::string_view input);

    explicit Worker(Work work) : work_(work) {
        void *memory = mmap(nullptr, sizeof(Shared), PROT_READ | PROT_WRITE,
                            MAP_SHARED | MAP_ANONYMOUS, -1, 0);
        if (memory == MAP_FAILED)
            std::abort();
        shared_ = static_cast<Shared *>(memory);
    }

    // Whether it came back, or crashed as a library may; else that is a finding, and a sanitizer
    // may have said more. What was passed on the way counts as passed here.
    bool run(std::string_view input) {
        if (input.size() > sizeof(shared_->input))
            return true;
        if (child_ < 0)
            start();
        shared_->size = input.copy(shared_->input, sizeof(shared_->input));
        char byte = 0;
        if (write(socket_, &byte, 1) != 1)
            std::abort();
        if (!came_back())
            return ended_in_crash();
        std::memcpy(counters().data(), shared_->counters, counters().size());
        return true;
    }

  private:
    // Without SIGABRT, by which the assertions of our own code would end it.
    static constexpr std::array may_crash{SIGSEGV, SIGBUS, SIGFPE};
    static constexpr unsigned longest_run = 30; // seconds

    struct Shared {
        size_t size;
        char input[size_t(1) << 20];
        char counters[size_t(1) << 16];
    };

    void start() {
        int ends[2];
        if (counters().size() > sizeof(shared_->counters) ||
            socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
            std::abort();
        child_ = fork();
        if (child_ < 0)
            std::abort();
        socket_ = ends[child_ == 0 ? 1 : 0];
        close(ends[child_ == 0 ? 0 : 1]);
        if (child_ == 0)
            serve();
    }

    [[noreturn]] void serve() {
        // libFuzzer and the sanitizers would report what is to be a crash.
        for (const int crash : may_crash)
            (void)std::signal(crash, SIG_DFL);
        (void)std::signal(SIGALRM, SIG_DFL);
        char byte = 0;
        while (read(socket_, &byte, 1) == 1) {
            std::memset(counters().data(), 0, counters().size());
            alarm(longest_run);
            work_({shared_->input, shared_->size});
            alarm(0);
            std::memcpy(shared_->counters, counters().data(), counters().size());
            if (write(socket_, &byte, 1) != 1)
                break;
        }
        _exit(0);
    }

    // libFuzzer looks for inputs that take too long by a signal twice a minute.
    bool came_back() const {
        char byte = 0;
        ssize_t length = 0;
        while ((length = read(socket_, &byte, 1)) < 0 && errno == EINTR)
            continue;
        return length == 1;
    }

    bool ended_in_crash() {
        int status = 0;
        while (waitpid(child_, &status, 0) < 0 && errno == EINTR)
            continue;
        close(socket_);
        child_ = -1;
        return WIFSIGNALED(status) &&
               std::find(may_crash.begin(), may_crash.end(), WTERMSIG(status)) != may_crash.end();
    }

    Work work_;
    Shared *shared_;
    pid_t child_ = -1;
    int socket_ = -1;
};

} // namespace suture::fuzz
