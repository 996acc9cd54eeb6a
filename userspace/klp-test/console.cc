#include "console.h"

#include <algorithm>
#include <charconv>

namespace suture::harness {

namespace {

constexpr std::size_t excerpt_lines = 60;
constexpr std::size_t tail_lines = 20;
constexpr std::string_view mark = "klp-test: ";
constexpr std::string_view off_mark = "klp-test: off";
constexpr std::string_view cut_here = "[ cut here ]";
constexpr std::string_view leaks_found = "new suspected memory leak";

// Takes "[", characters of this set, "]" from the front.
bool take_brackets(std::string_view &text, std::string_view set) {
    if (!text.starts_with('[')) {
        return false;
    }
    auto end = text.find_first_not_of(set, 1);
    if (end == std::string_view::npos || end == 1 || text[end] != ']') {
        return false;
    }
    text.remove_prefix(end + 1);
    return true;
}

// The message of a kernel log line: what follows "[   12.345678] ", or "[   12.345678][    T1] "
// where the kernel says who printed. A line without a time stamp is returned whole.
std::string_view message_of(std::string_view line) {
    // User space may have left its own words in front, without a line ending.
    for (auto open = line.find('['); open != std::string_view::npos;
         open = line.find('[', open + 1)) {
        auto rest = line.substr(open);
        if (take_brackets(rest, " .0123456789")) {
            take_brackets(rest, " TC0123456789");
            return rest.substr(rest.starts_with(' ') ? 1 : 0);
        }
    }
    return line;
}

// The number in "klp-test: start 3 NAME" and its kin.
std::optional<unsigned> marked(std::string_view message, std::string_view verb) {
    if (!message.starts_with(mark) || !message.substr(mark.size()).starts_with(verb)) {
        return std::nullopt;
    }
    auto rest = message.substr(mark.size() + verb.size());
    unsigned sequence = 0;
    auto [stop, problem] = std::from_chars(rest.data(), rest.data() + rest.size(), sequence);
    return problem == std::errc() ? std::optional(sequence) : std::nullopt;
}

} // namespace

void ConsoleScanner::feed(std::string_view bytes) {
    lines_.feed(bytes, [this](std::string_view text) { line(text); });
}

void ConsoleScanner::finish() {
    lines_.finish([this](std::string_view text) { line(text); });
}

// What is leaked before the first test is leaked by the kernel itself as it boots. The agent has it
// found and forgotten then.
std::optional<SplatKind> ConsoleScanner::splat_kind(std::string_view message) const {
    auto kind = classify(message);
    bool leaked_at_boot = kind && *kind == SplatKind::memory_leak && last_started_ == 0 &&
                          message.find(leaks_found) != std::string_view::npos;
    return leaked_at_boot ? std::nullopt : kind;
}

void ConsoleScanner::line(std::string_view text) {
    if (text.empty()) {
        return;
    }
    silent_ = false;
    tail_.emplace_back(text);
    if (tail_.size() > tail_lines) {
        tail_.erase(tail_.begin());
    }

    auto message = message_of(text);
    if (auto started = marked(message, "start ")) {
        sequence_ = last_started_ = *started;
        in_excerpt_ = false;
        return;
    }
    if (auto ended = marked(message, "end ")) {
        sequence_ = 0;
        last_ended_ = *ended;
        in_excerpt_ = false;
        return;
    }

    saw_off_ = saw_off_ || message == off_mark;
    auto kind = splat_kind(message);
    panicked_ = panicked_ || (kind && *kind == SplatKind::panic);
    if (in_excerpt_) {
        // One fault tells of itself in many lines ("cut here", "kernel BUG at", "[#1]"): they are
        // one splat, called by the gravest of its names and the first line that tells anything.
        auto &splat = splats_.back();
        splat.excerpt.emplace_back(text);
        if (kind) {
            splat.kind = std::min(splat.kind, *kind);
            if (splat.headline.find(cut_here) != std::string::npos) {
                splat.headline = message;
            }
        }
        in_excerpt_ = splat.excerpt.size() < excerpt_lines &&
                      message.find("---[ end ") == std::string_view::npos;
        return;
    }
    if (kind) {
        splats_.push_back(
            {*kind, std::string(message), {std::string(text)}, sequence_, last_ended_});
        in_excerpt_ = true;
    }
}

} // namespace suture::harness
