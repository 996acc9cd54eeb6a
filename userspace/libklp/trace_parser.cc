#include "libklp/trace_parser.h"

#include <algorithm>
#include <charconv>

namespace suture {

namespace {

using std::string_view;

// TASK_COMM_LEN without the terminating NUL.
constexpr size_t longest_comm = 15;
// The kernel prints an event into a page, of 64 KiB at most.
constexpr size_t longest_line = 65536;

// Takes digits off the front; nothing if there are none, or too many.
template<typename Number>
std::optional<Number> take_number(string_view &text) {
    Number number = 0;
    const auto [stop, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (problem != std::errc())
        return std::nullopt;
    text.remove_prefix(static_cast<size_t>(stop - text.data()));
    return number;
}

bool take(string_view &text, string_view what) {
    if (!text.starts_with(what))
        return false;
    text.remove_prefix(what.size());
    return true;
}

// "1234.567890": six digits behind the point.
std::optional<Clock::TimePoint> take_time(string_view &text) {
    constexpr size_t digits = 6;
    constexpr uint64_t last_second = 1'000'000'000; // in ns it still fits, with room
    const auto seconds = take_number<uint64_t>(text);
    if (!seconds || *seconds > last_second || !take(text, "."))
        return std::nullopt;
    const size_t before = text.size();
    const auto microseconds = take_number<uint64_t>(text);
    if (!microseconds || before - text.size() != digits)
        return std::nullopt;
    return Clock::TimePoint(std::chrono::seconds(*seconds) +
                            std::chrono::microseconds(*microseconds));
}

bool is_name(string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
    });
}

// Reads the fields of an event in their order: " KEY=VALUE" each, the first without the blank.
// After the first that is not there nothing is read any more.
class Fields {
  public:
    explicit Fields(string_view text) : rest_(text) {}

    bool good() const { return good_; }

    // Up to the next blank.
    std::string word(string_view key) {
        return std::string(value(key, [this] { return rest_.find(' '); }));
    }

    template<typename Number>
    std::optional<Number> number(string_view key) {
        string_view text = value(key, [this] { return rest_.find(' '); });
        const auto number = take_number<Number>(text);
        good_ = good_ && number && text.empty();
        return good_ ? number : std::nullopt;
    }

    // "do_it+0x5/0x9 [ext4]", or without a module.
    std::string symbol(string_view key) {
        return std::string(value(key, [this] {
            const size_t blank = rest_.find(' ');
            const bool in_module = blank != rest_.npos && rest_.substr(blank).starts_with(" [");
            const size_t bracket = in_module ? rest_.find(']', blank) : rest_.npos;
            return bracket == rest_.npos ? blank : bracket + 1;
        }));
    }

    // Of a patch, a module: up to the field `next`.
    std::string name(string_view key, string_view next) {
        return std::string(value(key, [&] { return must_be(rest_.find(next)); }));
    }

    // Of a task, which may itself look like fields: its length tells where it ends.
    std::string comm() {
        return std::string(
            value("comm=", [this] { return must_be(rest_.rfind(" pid=", longest_comm)); }));
    }

  private:
    size_t must_be(size_t end) {
        good_ = good_ && end != rest_.npos;
        return end;
    }

    template<typename FindEnd>
    string_view value(string_view key, FindEnd &&find_end) {
        good_ = good_ && (first_ || take(rest_, " ")) && take(rest_, key);
        first_ = false;
        if (!good_)
            return {};
        const string_view text = rest_.substr(0, find_end());
        rest_.remove_prefix(text.size());
        return text;
    }

    string_view rest_;
    bool first_ = true;
    bool good_ = true;
};

void read_transition(Fields &fields, Event &event) {
    event.patch = fields.name("patch=", " target=");
    event.target = fields.word("target=");
}

void read_start(Fields &fields, Event &event) {
    read_transition(fields, event);
    event.tasks = fields.number<unsigned>("tasks=");
}

void read_complete(Fields &fields, Event &event) {
    read_transition(fields, event);
    event.duration_us = fields.number<uint64_t>("duration_us=");
    if (const auto forced = fields.number<unsigned>("forced="))
        event.forced = *forced != 0;
}

void read_task(Fields &fields, Event &event) {
    event.comm = fields.comm();
    event.pid = fields.number<unsigned>("pid=");
}

void read_switched(Fields &fields, Event &event) {
    read_task(fields, event);
    event.target = fields.word("target=");
    event.means = fields.word("means=");
    event.pending_us = fields.number<uint64_t>("pending_us=");
}

void read_blocked(Fields &fields, Event &event) {
    read_task(fields, event);
    event.target = fields.word("target=");
    event.reason = fields.word("reason=");
    const std::string where = fields.symbol("where=");
    // Elsewhere it is no address.
    if (event.reason == "function")
        event.where = where;
}

void read_violation(Fields &fields, Event &event) {
    read_task(fields, event);
    event.universe = fields.word("universe=");
    event.call = fields.symbol("call=");
    event.found = fields.symbol("found=");
}

struct Form {
    string_view name;
    EventKind kind;
    void (*read)(Fields &, Event &);
};

constexpr Form forms[] = {
    {"transition_start", EventKind::transition_start, read_start},
    {"transition_reversed", EventKind::transition_reversed, read_start},
    {"transition_complete", EventKind::transition_complete, read_complete},
    {"task_switched", EventKind::task_switched, read_switched},
    {"task_blocked", EventKind::task_blocked, read_blocked},
    {"task_woken", EventKind::task_woken, read_task},
    {"audit_violation", EventKind::audit_violation, read_violation},
};

const Form *form_of(string_view name) {
    const auto *form = std::find_if(std::begin(forms), std::end(forms),
                                    [&](const Form &each) { return each.name == name; });
    return form == std::end(forms) ? nullptr : form;
}

// The event with its fields, if they are complete. More may follow those that are known.
std::optional<Event> read_fields(const Event &raw) {
    const Form *form = form_of(raw.name);
    if (form == nullptr)
        return raw;
    Event event{.kind = form->kind, .name = raw.name, .cpu = raw.cpu, .time = raw.time};
    Fields fields(raw.text);
    form->read(fields, event);
    return fields.good() ? std::optional(std::move(event)) : std::nullopt;
}

// "[001] 12345.678901: task_woken: comm=...": behind the bracket of the CPU.
std::optional<Event> parse_from_cpu(string_view text) {
    Event event;
    const auto cpu = take_number<unsigned>(text);
    if (!cpu || !take(text, "] "))
        return std::nullopt;
    event.cpu = *cpu;
    text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
    event.time = take_time(text);
    if (!event.time || !take(text, ": "))
        return std::nullopt;
    const size_t colon = text.find(": ");
    if (colon == text.npos || !is_name(text.substr(0, colon)))
        return std::nullopt;
    event.name = text.substr(0, colon);
    event.text = text.substr(colon + 2);
    return event;
}

// An event whose fields are yet to be read. The line begins with the task that was current, which
// may call itself anything, but nothing that is long enough to be taken for all of this.
std::optional<Event> parse_head(string_view line) {
    for (size_t bracket = line.find('['); bracket != line.npos;
         bracket = line.find('[', bracket + 1)) {
        if (auto event = parse_from_cpu(line.substr(bracket + 1)))
            return event;
    }
    return std::nullopt;
}

// "CPU:1 [LOST 17 EVENTS]", without the number where the kernel does not know it.
std::optional<Event> parse_lost(string_view line) {
    if (!take(line, "CPU:"))
        return std::nullopt;
    const auto cpu = take_number<unsigned>(line);
    if (!cpu || !take(line, " [LOST "))
        return std::nullopt;
    Event event{.kind = EventKind::lost, .name = "lost", .cpu = *cpu};
    event.lost = take_number<uint64_t>(line);
    if (event.lost && !take(line, " "))
        return std::nullopt;
    return line == "EVENTS]" ? std::optional(std::move(event)) : std::nullopt;
}

} // namespace

std::vector<Event> TraceParser::parse(string_view piece) {
    std::vector<Event> events;
    for (size_t end = piece.find('\n'); end != piece.npos; end = piece.find('\n')) {
        rest_.append(piece.substr(0, end));
        piece.remove_prefix(end + 1);
        take_line(rest_, events);
        rest_.clear();
    }
    rest_.append(piece.substr(0, longest_line - std::min(rest_.size(), longest_line)));
    return events;
}

void TraceParser::take_line(string_view line, std::vector<Event> &events) {
    std::optional<Event> lost = parse_lost(line);
    std::optional<Event> head = lost ? std::nullopt : parse_head(line);
    if (lost || head) {
        finish_unfinished(events);
        unfinished_ = std::move(head);
        joined_ = 1;
    } else if (unfinished_) {
        unfinished_->text.append("\n").append(line);
        ++joined_;
    }
    if (lost)
        events.push_back(std::move(*lost));
    if (!unfinished_)
        return;
    if (std::optional<Event> event = read_fields(*unfinished_)) {
        events.push_back(std::move(*event));
        unfinished_.reset();
    } else if (joined_ > longest_comm) {
        finish_unfinished(events);
    }
}

void TraceParser::finish_unfinished(std::vector<Event> &events) {
    if (unfinished_)
        events.push_back(std::move(*unfinished_));
    unfinished_.reset();
}

} // namespace suture
