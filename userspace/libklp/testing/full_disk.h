// What a full disk does to those who write.

#pragma once

#include <csignal>
#include <sys/resource.h>

namespace suture::testing {

// Every write to a file fails, root's too.
class NoFileMayGrow {
  public:
    NoFileMayGrow() : old_handler_(std::signal(SIGXFSZ, SIG_IGN)) {
        getrlimit(RLIMIT_FSIZE, &old_limit_);
        const rlimit none{.rlim_cur = 0, .rlim_max = old_limit_.rlim_max};
        setrlimit(RLIMIT_FSIZE, &none);
    }
    ~NoFileMayGrow() {
        setrlimit(RLIMIT_FSIZE, &old_limit_);
        std::signal(SIGXFSZ, old_handler_);
    }
    NoFileMayGrow(const NoFileMayGrow &) = delete;
    NoFileMayGrow &operator=(const NoFileMayGrow &) = delete;

  private:
    void (*old_handler_)(int);
    rlimit old_limit_ = {};
};

} // namespace suture::testing
