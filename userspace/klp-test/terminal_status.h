// A line at the bottom of a terminal that is drawn again and again, below what is printed for good.
// It takes nothing but a carriage return and the erasing of a line, so there is nothing that would
// have to be put back if klp-test were killed.
#pragma once

#include "progress.h"
#include "status_board.h"

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <ostream>
#include <string>
#include <thread>

namespace suture::harness {

// The terminal, and the time. `width`: in columns, which may change at any time.
struct Screen {
    std::ostream &out;
    std::function<Clock::time_point()> now;
    std::function<std::size_t()> width;
};

// Any thread may use it.
class TerminalStatus {
  public:
    explicit TerminalStatus(Screen screen) : screen_(std::move(screen)) {}
    // Takes the line away.
    ~TerminalStatus();
    TerminalStatus(const TerminalStatus &) = delete;
    TerminalStatus &operator=(const TerminalStatus &) = delete;

    // Changes what the line says, and draws it. `above`: whole lines that are printed for good.
    void update(const std::function<void(StatusBoard &, Clock::time_point)> &change,
                const std::string &above = "");
    // Draws it as it is now: the time goes on.
    void refresh();

  private:
    void draw(const std::string &above);

    std::mutex lock_;
    Screen screen_;
    StatusBoard board_;
};

// Tells the status what happens in one guest. What did not pass is printed for good.
class TerminalProgress : public Progress {
  public:
    TerminalProgress(std::string target, TerminalStatus &status)
        : target_(std::move(target)), status_(status) {}

    void tests_chosen(std::size_t count) override;
    void boot_retried(const std::string &reason) override;
    void test_started(const std::string &name) override;
    void test_finished(const TestResult &result) override;

  private:
    std::string target_;
    TerminalStatus &status_;
};

// Calls a function at an interval, from a thread of its own, until it is destroyed.
class Ticker {
  public:
    Ticker(std::chrono::milliseconds interval, std::function<void()> tick);

  private:
    std::mutex lock_;
    std::condition_variable_any never_;
    std::jthread thread_;
};

} // namespace suture::harness
