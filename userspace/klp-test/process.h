// One child process: started with chosen file descriptors, ended and reaped without fail.
#pragma once

#include "error.h"
#include "fd.h"

#include <chrono>
#include <optional>
#include <string>
#include <sys/types.h>
#include <vector>

namespace suture::harness {

struct ExitStatus {
    int code = 0;
    int signal = 0;

    bool failed() const { return code != 0 || signal != 0; }
    std::string words() const;
};

class Process {
  public:
    // Runs argv[0], looked up in PATH, with /dev/null as its input and `output_fd` as its output.
    // It inherits `inherited` under the same numbers and nothing else that is close-on-exec.
    // The kernel kills it when the thread that started it ends, however that comes about.
    static Result<Process> spawn(const std::vector<std::string> &argv, int output_fd,
                                 const std::vector<int> &inherited);

    Process(Process &&) = default;
    Process &operator=(Process &&) = delete;
    ~Process();

    pid_t pid() const { return pid_; }
    // Readable once the process has ended.
    int pidfd() const { return pidfd_.get(); }
    // Kills it if it still runs, and reaps it.
    ExitStatus end();
    // Asks it to end, and all that it has started in its process group, and reaps it. If it is not
    // over after the grace period, all of them are killed.
    ExitStatus stop(std::chrono::milliseconds grace);
    // Waits for its end.
    ExitStatus wait();
    // Waits for its end, but no longer than until `stop_fd` becomes readable: false then.
    bool wait_unless(int stop_fd);

  private:
    Process(pid_t pid, UniqueFd pidfd) : pid_(pid), pidfd_(std::move(pidfd)) {}

    pid_t pid_;
    // Empty once it has been reaped.
    UniqueFd pidfd_;
    ExitStatus status_;
};

} // namespace suture::harness
