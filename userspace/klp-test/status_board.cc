#include "status_board.h"

#include <algorithm>
#include <fmt/format.h>

namespace suture::harness {

namespace {

// Such as "(guest)": what is reported, though nobody has counted on it.
bool is_no_test(const std::string &name) {
    return name.starts_with('(');
}

} // namespace

void StatusBoard::expect(const std::string &target, std::size_t tests) {
    expected_[target] = tests;
}

void StatusBoard::started(const std::string &target, const std::string &test,
                          Clock::time_point now) {
    // Where its guest was left, it is started once more in another.
    stopped(target, test);
    running_.push_back({target, test, now});
}

void StatusBoard::finished(const std::string &target, const TestResult &result) {
    stopped(target, result.name);
    done_ += is_no_test(result.name) ? 0 : 1;
    failed_ += tally_of(result.outcome) == Tally::failed ? 1 : 0;
}

void StatusBoard::stopped(const std::string &target, const std::string &test) {
    std::erase_if(running_,
                  [&](const Running &one) { return one.target == target && one.test == test; });
}

std::string StatusBoard::line(Clock::time_point now, std::size_t width) const {
    std::size_t total = 0;
    for (const auto &[target, tests] : expected_) {
        total += tests;
    }
    auto text = total > 0 ? fmt::format("{}/{} done, {} failed", done_, total, failed_)
                          : fmt::format("{} done, {} failed", done_, failed_);
    const char *separator = ": ";
    for (const auto &one : running_) {
        auto seconds = std::chrono::duration_cast<Seconds>(now - one.since).count();
        text += fmt::format("{}{} {} {} s", separator, one.target, one.test, seconds);
        separator = ", ";
    }
    text.resize(std::min(text.size(), width));
    std::ranges::replace_if(
        text, [](char byte) { return byte < ' ' || byte > '~'; }, '?');
    return text;
}

} // namespace suture::harness
