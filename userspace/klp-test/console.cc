#include "console.h"

#include <algorithm>
#include <charconv>

namespace suture::harness {

namespace {

constexpr std::size_t excerpt_lines = 60;
constexpr std::size_t tail_lines = 20;
constexpr std::string_view mark = "klp-test: ";

// The message of a kernel log line: what follows "[   12.345678] " and, where the kernel says who
// printed, "[    T1] ". A line that carries no time stamp is returned whole.
std::string_view message_of(std::string_view line) {
    bool first = true;
    for (auto rest = line;;) {
        // User space may have left its own words in front, without a line ending.
        auto open = first ? rest.find('[') : (rest.starts_with('[') ? 0 : std::string_view::npos);
        if (open == std::string_view::npos) {
            return rest;
        }
        auto close = rest.find("] ", open);
        auto inside = rest.substr(open + 1, close == std::string_view::npos ? 0 : close - open - 1);
        auto stamp = inside.find_first_not_of(" 0123456789.") == std::string_view::npos &&
                     inside.find('.') != std::string_view::npos;
        auto caller = !first && inside.find_first_not_of(" TC0123456789") == std::string_view::npos;
        if (inside.empty() || !(stamp || caller)) {
            return rest;
        }
        rest = rest.substr(close + 2);
        first = false;
    }
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

bool ConsoleScanner::panicked() const {
    return std::any_of(splats_.begin(), splats_.end(),
                       [](const Splat &splat) { return splat.kind == SplatKind::panic; });
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

    auto kind = classify(message);
    if (in_excerpt_) {
        auto &splat = splats_.back();
        splat.excerpt.emplace_back(text);
        // One fault tells of itself in many lines ("cut here", "WARNING", "Oops", "Kernel panic"):
        // they are one splat, called by the gravest of its names.
        if (kind && (*kind < splat.kind)) {
            splat.kind = *kind;
            splat.headline = message;
        }
        in_excerpt_ = splat.excerpt.size() < excerpt_lines &&
                      message.find("---[ end ") == std::string_view::npos;
        return;
    }
    if (kind) {
        splats_.push_back({*kind, std::string(message), {std::string(text)}, sequence_});
        in_excerpt_ = true;
    }
}

} // namespace suture::harness
