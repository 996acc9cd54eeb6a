#include "ktap.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <fmt/format.h>
#include <utility>

namespace suture::harness {

namespace {

std::string_view trim(std::string_view text) {
    auto begin = text.find_first_not_of(" \t");
    if (begin == std::string_view::npos) {
        return {};
    }
    return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

bool take(std::string_view &text, std::string_view prefix) {
    if (!text.starts_with(prefix)) {
        return false;
    }
    text.remove_prefix(prefix.size());
    return true;
}

bool take_number(std::string_view &text, unsigned &number) {
    auto [stop, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (problem != std::errc()) {
        return false;
    }
    text.remove_prefix(stop - text.data());
    return true;
}

// What stands after a '#': "WORD REASON", or "WORD: REASON".
struct Remark {
    std::string_view word;
    std::string_view reason;
};

Remark read_remark(std::string_view text) {
    text = trim(text);
    auto word = text.substr(0, text.find_first_of(" \t:"));
    text.remove_prefix(word.size());
    take(text, ":");
    return {word, trim(text)};
}

// Ignoring case.
bool is_word(std::string_view text, std::string_view capitals) {
    return std::ranges::equal(
        text, capitals, [](unsigned char a, unsigned char b) { return std::toupper(a) == b; });
}

// What a directive makes of a result, or nothing where it is none.
std::optional<PointStatus> status_by(std::string_view directive, bool bad) {
    if (is_word(directive, "SKIP")) {
        return PointStatus::skipped;
    }
    if (is_word(directive, "XFAIL") || is_word(directive, "TODO")) {
        return bad ? PointStatus::expected_failure : PointStatus::passed;
    }
    // In other letters, they are more likely to be of the name.
    if (directive == "TIMEOUT" || directive == "ERROR") {
        return PointStatus::failed;
    }
    return std::nullopt;
}

// Takes the directive from the end of the text, where there is one. It is looked for from the
// right: a name may have a '#' of its own in it.
void take_directive(std::string_view &text, bool bad, KtapPoint &point) {
    for (auto hash = text.rfind('#'); hash != std::string_view::npos;
         hash = hash == 0 ? std::string_view::npos : text.rfind('#', hash - 1)) {
        bool begins_word = hash == 0 || text[hash - 1] == ' ' || text[hash - 1] == '\t';
        auto remark = read_remark(text.substr(hash + 1));
        auto status = begins_word ? status_by(remark.word, bad) : std::nullopt;
        if (status) {
            point.status = *status;
            point.reason = remark.reason;
            text = trim(text.substr(0, hash));
            return;
        }
    }
}

struct ResultLine {
    unsigned number = 0;
    KtapPoint point;
};

// "[not ]ok NUMBER [- ]NAME [# DIRECTIVE reason]". The number is required, so that prose that
// happens to begin with "ok" is not a result.
std::optional<ResultLine> parse_result(std::string_view text) {
    ResultLine result;
    bool bad = take(text, "not ");
    if (!take(text, "ok ") || !take_number(text, result.number) ||
        !(text.empty() || text[0] == ' ')) {
        return std::nullopt;
    }
    result.point.status = bad ? PointStatus::failed : PointStatus::passed;
    text = trim(text);
    take(text, "- ");
    take_directive(text, bad, result.point);
    result.point.name = text.empty() ? fmt::format("{}", result.number) : std::string(text);
    return result;
}

struct PlanLine {
    unsigned count = 0;
    std::optional<std::string> skip;
};

std::optional<PlanLine> parse_plan(std::string_view text) {
    PlanLine plan;
    if (!take(text, "1..") || !take_number(text, plan.count)) {
        return std::nullopt;
    }
    text = trim(text);
    if (text.empty()) {
        return plan;
    }
    if (plan.count == 0 && take(text, "#")) {
        auto remark = read_remark(text);
        // TAP itself says "Skipped" here.
        if (is_word(remark.word, "SKIP") || is_word(remark.word, "SKIPPED")) {
            plan.skip = std::string(remark.reason);
            return plan;
        }
    }
    return std::nullopt;
}

bool any_failed(const std::vector<KtapPoint> &points) {
    return !failed_points(points).empty();
}

// One level of indentation, open until the result line of its parent closes it.
struct Level {
    std::size_t indent = 0;
    KtapReport report;
    unsigned last_number = 0;
};

class Parser {
  public:
    void line(const std::string &line) {
        auto content = std::string_view(line);
        auto indent = content.find_first_not_of(' ');
        if (indent == std::string_view::npos) {
            return;
        }
        content.remove_prefix(indent);
        auto result = parse_result(content);
        auto plan = parse_plan(content);
        bool bail = content.starts_with("Bail out!");
        if (!result && !plan && !bail) {
            return;
        }
        open_or_close(indent);
        auto &level = levels_.back();
        if (bail) {
            // It ends the whole run, at whatever depth it is called.
            levels_.front().report.bail_out = std::string(trim(content.substr(9)));
        } else if (plan) {
            if (level.report.plan) {
                complain("a second plan");
            }
            level.report.plan = plan->count;
            level.report.skip_all = plan->skip;
        } else {
            add(std::move(*result));
        }
    }

    KtapReport finish() {
        while (levels_.size() > 1) {
            close();
        }
        drop_subtests();
        check_plan(levels_.front());
        auto report = std::move(levels_.front().report);
        report.errors = std::move(errors_);
        return report;
    }

  private:
    void complain(std::string what) { errors_.push_back(std::move(what)); }

    void open_or_close(std::size_t indent) {
        if (!seen_) {
            levels_.front().indent = indent;
            seen_ = true;
        }
        while (levels_.size() > 1 && indent < levels_.back().indent) {
            close();
        }
        if (indent > levels_.back().indent) {
            levels_.push_back({indent, {}, 0});
        } else if (indent < levels_.back().indent) {
            // What came first was indented: it was a subtest of what comes now.
            levels_.insert(levels_.begin(), Level{indent, {}, 0});
            close();
        }
    }

    void close() {
        drop_subtests();
        check_plan(levels_.back());
        subtests_ = std::move(levels_.back().report.points);
        levels_.pop_back();
    }

    // Where no result came that they could belong to, one that failed would be lost with them.
    void drop_subtests() {
        if (subtests_) {
            complain("subtests without the result of their test");
            subtests_.reset();
        }
    }

    void check_plan(const Level &level) {
        auto planned = level.report.plan;
        auto seen = level.report.points.size();
        if (planned && *planned != seen) {
            complain(fmt::format("planned {} results, saw {}", *planned, seen));
        }
    }

    void add(ResultLine result) {
        auto &level = levels_.back();
        if (result.number != level.last_number + 1) {
            complain(fmt::format("result number {} follows {}", result.number, level.last_number));
        }
        level.last_number = result.number;
        result.point.subtests = std::exchange(subtests_, {}).value_or(std::vector<KtapPoint>());
        if (result.point.status == PointStatus::passed && any_failed(result.point.subtests)) {
            complain(fmt::format("'{}' is ok, but a subtest of it is not", result.point.name));
        }
        level.report.points.push_back(std::move(result.point));
    }

    std::vector<Level> levels_{1};
    // Of a level that is closed, until the result comes that they belong to.
    std::optional<std::vector<KtapPoint>> subtests_;
    std::vector<std::string> errors_;
    bool seen_ = false;
};

} // namespace

const char *name_of(PointStatus status) {
    switch (status) {
    case PointStatus::passed:
        return "passed";
    case PointStatus::failed:
        return "failed";
    case PointStatus::skipped:
        return "skipped";
    case PointStatus::expected_failure:
        return "expected failure";
    }
    return "unknown";
}

KtapReport parse_ktap(const std::vector<std::string> &lines) {
    Parser parser;
    for (const auto &line : lines) {
        parser.line(line);
    }
    return parser.finish();
}

std::vector<std::string> failed_points(const std::vector<KtapPoint> &points) {
    std::vector<std::string> names;
    for (const auto &point : points) {
        auto inner = failed_points(point.subtests);
        for (const auto &name : inner) {
            names.push_back(fmt::format("{}: {}", point.name, name));
        }
        if (point.status == PointStatus::failed && inner.empty()) {
            names.push_back(point.name);
        }
    }
    return names;
}

} // namespace suture::harness
