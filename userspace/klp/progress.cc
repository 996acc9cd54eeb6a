#include "klp/progress.h"

#include "klp/output.h"

#include <fmt/format.h>
#include <fmt/ostream.h>

namespace suture {

namespace {

std::string waiting_for(const std::string &holder) {
    return fmt::format("waiting for {} to finish", holder);
}

void print_doubt(std::ostream &err, const std::string &patch, const CheckResult &doubt) {
    fmt::print(err, "klp: warning: patch '{}': {}\n  hint: {}\n", printable(patch), to_text(doubt),
               printable(doubt.hint));
    err.flush();
}

} // namespace

void TerminalProgress::finish() {
    draw("");
}

void TerminalProgress::on_progress(const std::string &patch, const Progress &progress,
                                   Clock::Duration elapsed) {
    // The verb's result says where it ended.
    if (in_transition(progress.state))
        draw(fmt::format("{}: {}{} ({:.1f} s)", printable(patch), to_text(progress.state),
                         tasks_to_go(progress), std::chrono::duration<double>(elapsed).count()));
}

void TerminalProgress::on_lock_held(const std::string &holder) {
    draw(waiting_for(holder));
}

void TerminalProgress::on_doubt(const std::string &patch, const CheckResult &doubt) {
    finish();
    print_doubt(err_, patch, doubt);
}

void TerminalProgress::draw(std::string line) {
    // A line that wraps could not be redrawn.
    if (line.size() >= columns_)
        line.resize(columns_ - 1);
    if (line == drawn_)
        return;
    fmt::print(err_, "\r{}\x1b[K", line);
    err_.flush();
    drawn_ = std::move(line);
}

void LogProgress::on_progress(const std::string &patch, const Progress &progress, Clock::Duration) {
    if (progress.state != last_ && in_transition(progress.state)) {
        fmt::print(err_, "{}: {}{}\n", printable(patch), to_text(progress.state),
                   tasks_to_go(progress));
        err_.flush();
    }
    last_ = progress.state;
}

void LogProgress::on_lock_held(const std::string &holder) {
    fmt::print(err_, "{}\n", waiting_for(holder));
    err_.flush();
}

void LogProgress::on_doubt(const std::string &patch, const CheckResult &doubt) {
    print_doubt(err_, patch, doubt);
}

} // namespace suture
