#include "terminal_status.h"

#include "report.h"

#include <sstream>

namespace suture::harness {

namespace {

constexpr const char *erase_line = "\r\x1b[K";

} // namespace

TerminalStatus::~TerminalStatus() {
    screen_.out << erase_line << std::flush;
}

void TerminalStatus::update(const std::function<void(StatusBoard &, Clock::time_point)> &change,
                            const std::string &above) {
    std::lock_guard guard(lock_);
    change(board_, screen_.now());
    draw(above);
}

void TerminalStatus::refresh() {
    std::lock_guard guard(lock_);
    draw("");
}

void TerminalStatus::draw(const std::string &above) {
    // In the last column the cursor may already stand on the next line.
    auto width = screen_.width();
    screen_.out << erase_line << above << board_.line(screen_.now(), width > 0 ? width - 1 : 0)
                << std::flush;
}

void TerminalProgress::tests_chosen(std::size_t count) {
    status_.update([&](StatusBoard &board, auto) { board.expect(target_, count); });
}

void TerminalProgress::boot_retried(const std::string &reason) {
    std::ostringstream text;
    print_boot_retry(text, target_, reason);
    status_.update([](StatusBoard &, auto) {}, text.str());
}

void TerminalProgress::test_started(const std::string &name) {
    status_.update([&](StatusBoard &board, auto now) { board.started(target_, name, now); });
}

void TerminalProgress::test_finished(const TestResult &result) {
    std::ostringstream text;
    if (result.outcome != Outcome::passed) {
        print_result(text, target_, result);
    }
    status_.update([&](StatusBoard &board, auto) { board.finished(target_, result); }, text.str());
}

Ticker::Ticker(std::chrono::milliseconds interval, std::function<void()> tick)
    : thread_([this, interval, tick = std::move(tick)](const std::stop_token &stop) {
          std::unique_lock guard(lock_);
          while (!never_.wait_for(guard, stop, interval, [&] { return stop.stop_requested(); })) {
              tick();
          }
      }) {}

} // namespace suture::harness
