// One event of Suture's, from whichever source it came. docs/transitions.md has the events and
// their fields.

#pragma once

#include "libklp/clock.h"

#include <cstdint>
#include <optional>
#include <string>

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

} // namespace suture
