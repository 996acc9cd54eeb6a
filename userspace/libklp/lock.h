// One klp changes the machine at a time. The lock is flock() on a file that is never removed: the
// kernel drops it with its holder, so there is no such thing as a stale lock, and removing the file
// would let two holders have one each. Nobody but its owner can open it, or any user could hold up
// every klp.

#pragma once

#include "libklp/clock.h"
#include "libklp/file.h"
#include "libklp/result.h"

#include <filesystem>
#include <functional>

namespace suture {

class Lock {
  public:
    // Waits for another holder until `deadline`, after telling `on_wait` who it is ("klp, pid 12").
    static Result<Lock> acquire(const std::filesystem::path &path, Clock &clock,
                                Clock::TimePoint deadline,
                                const std::function<void(const std::string &)> &on_wait);

    Lock(Lock &&) = default;
    Lock &operator=(Lock &&) = default;
    ~Lock();

  private:
    explicit Lock(File file) : file_(std::move(file)) {}

    File file_;
};

} // namespace suture
