// The report for people.
#include "report.h"

#include <fmt/format.h>
#include <fmt/ostream.h>

namespace suture::harness {

namespace {

constexpr std::size_t shown_lines = 25;

void print_block(std::ostream &out, const char *title, const std::vector<std::string> &lines) {
    if (lines.empty()) {
        return;
    }
    auto from = lines.size() > shown_lines ? lines.size() - shown_lines : 0;
    fmt::print(out, "    {}{}:\n", title, from > 0 ? fmt::format(" (last {})", shown_lines) : "");
    for (auto i = from; i < lines.size(); i++) {
        fmt::print(out, "      | {}\n", lines[i]);
    }
}

} // namespace

void print_boot_retry(std::ostream &out, const std::string &target, const std::string &reason) {
    fmt::print(out, "{} boot failed and is tried again: {}\n", target, reason);
}

void print_result(std::ostream &out, const std::string &target, const TestResult &result) {
    fmt::print(out, "{} {:<14} {} ({:.1f} s){}\n", target, name_of(result.outcome), result.name,
               static_cast<double>(result.duration.count()) / 1000,
               result.reason.empty() ? "" : ": " + result.reason);
    if (tally_of(result.outcome) == Tally::failed) {
        print_block(out, "output", result.output);
        // The head of a splat tells more than its end.
        auto head = result.excerpt;
        head.resize(std::min(head.size(), shown_lines));
        print_block(out, "console", head);
        if (!result.log.empty()) {
            fmt::print(out, "    logs: {}\n", result.log);
        }
    }
}

void PlainProgress::boot_retried(const std::string &reason) {
    std::lock_guard guard(lock_);
    print_boot_retry(out_, target_, reason);
    out_.flush();
}

void PlainProgress::test_finished(const TestResult &result) {
    std::lock_guard guard(lock_);
    print_result(out_, target_, result);
    out_.flush();
}

void PlainPrinter::write(const RunResult &run, std::ostream &out) const {
    constexpr const char *row = "{:<18}  {:<26}  {:<5}  {:>6}  {:>6}  {:>7}  {:>6}  {:>7}\n";
    fmt::print(out, row, "target", "release", "accel", "passed", "failed", "skipped", "guests",
               "retried");
    for (const auto &target : run.targets) {
        auto counts = target.counts();
        fmt::print(out, row, target.name(),
                   target.release.empty() ? "(no guest came up)" : target.release,
                   target.accel.substr(0, target.accel.find(',')), counts.passed, counts.failed,
                   counts.skipped, target.boots, target.boot_retries);
    }
    fmt::print(out, "{}\n", run.counts().line());
}

} // namespace suture::harness
