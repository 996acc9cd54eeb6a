// Suture's tracepoints, as the text of a trace_pipe tells of them. docs/transitions.md has the
// events and their fields, kernel/trace.h their form.

#pragma once

#include "libklp/clock.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace suture {

enum class EventKind {
    transition_start,
    transition_reversed,
    transition_complete,
    task_switched,
    task_blocked,
    task_woken,
    audit_violation,
    lost,  // no event: what the ring buffer had no room for
    other, // of a newer Suture, or of a form that is not known here
};

// What an event does not tell is empty.
struct Event {
    EventKind kind = EventKind::other;
    std::string name = {}; // as the tracepoint is called, or "lost"
    unsigned cpu = 0;      // that it happened on
    std::optional<Clock::TimePoint> time = {};
    std::string patch = {};
    std::string target = {};                  // patched or unpatched
    std::optional<unsigned> tasks = {};       // to be switched
    std::optional<uint64_t> duration_us = {}; // of the transition
    std::optional<bool> forced = {};
    std::optional<unsigned> pid = {};        // of the one task: what ps calls its LWP
    std::string comm = {};                   // as the task calls itself: anything at all
    std::string means = {};                  // asleep, stopped, offline, woken
    std::optional<uint64_t> pending_us = {}; // how long it had not moved
    std::string reason = {};                 // running, unreliable, function
    std::string where = {};                  // of `function`: "do_it+0x5/0x9 [ext4]"
    std::string universe = {}; // of audit_violation, these three: patched or unpatched
    std::string call = {};
    std::string found = {};
    std::optional<uint64_t> lost = {}; // how many, where the kernel knows
    std::string text = {};             // of `other`: the fields as they came
    bool operator==(const Event &) const = default;
};

// Takes the text apart as it comes, and leaves out what is no event. The trace's clock has to be
// "mono", its options those that TraceInstance sets.
class TraceParser {
  public:
    // The events that are complete with this piece of the text, which may end anywhere.
    std::vector<Event> parse(std::string_view piece);

  private:
    void take_line(std::string_view line, std::vector<Event> &events);
    void finish_unfinished(std::vector<Event> &events);

    std::string rest_; // of a line that has not ended yet
    // An event whose line was broken by a newline in the name of its task.
    std::optional<Event> unfinished_;
    unsigned joined_ = 0; // how many lines it consists of
};

} // namespace suture
