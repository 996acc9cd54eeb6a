#include "ktap.h"

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
    auto hash = text.find("# ");
    if (hash != std::string_view::npos) {
        auto directive = trim(text.substr(hash + 2));
        auto word = directive.substr(0, directive.find(' '));
        auto reason = trim(directive.substr(word.size()));
        bool known = true;
        if (word == "SKIP" || word == "skip") {
            result.point.status = PointStatus::skipped;
        } else if (word == "XFAIL" || word == "TODO") {
            result.point.status = bad ? PointStatus::expected_failure : PointStatus::passed;
        } else if (word == "TIMEOUT" || word == "ERROR") {
            result.point.status = PointStatus::failed;
        } else {
            known = false;
        }
        if (known) {
            result.point.reason = reason;
            text = trim(text.substr(0, hash));
        }
    }
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
    if (plan.count == 0 && take(text, "# ") && (take(text, "SKIP") || take(text, "skip"))) {
        plan.skip = std::string(trim(text));
        return plan;
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
            complain("subtests without the result of the test that they belong to");
            close();
            subtests_.clear();
        }
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
        check_plan(levels_.back());
        subtests_ = std::move(levels_.back().report.points);
        levels_.pop_back();
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
        result.point.subtests = std::exchange(subtests_, {});
        if (result.point.status == PointStatus::passed && any_failed(result.point.subtests)) {
            complain(fmt::format("'{}' is ok, but a subtest of it is not", result.point.name));
        }
        level.report.points.push_back(std::move(result.point));
    }

    std::vector<Level> levels_{1};
    std::vector<KtapPoint> subtests_;
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
