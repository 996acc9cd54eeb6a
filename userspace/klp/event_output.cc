#include "klp/event_output.h"

#include "klp/json_values.h"
#include "klp/output.h"
#include "libklp/blockers.h"

#include <algorithm>
#include <fmt/chrono.h>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace suture {

namespace {

using nlohmann::ordered_json;

std::string to_iso(WallTime time) {
    const auto microseconds =
        std::chrono::floor<std::chrono::microseconds>(time.time_since_epoch());
    const auto seconds = std::chrono::floor<std::chrono::seconds>(microseconds);
    return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:06}Z",
                       fmt::gmtime(static_cast<std::time_t>(seconds.count())),
                       (microseconds - seconds).count());
}

// Numbers that no clock can have given are cut down to what a Duration holds.
std::string to_text_from_us(const std::optional<uint64_t> &microseconds) {
    constexpr uint64_t longest = 1'000'000'000'000'000; // 31 years
    return to_text(std::chrono::microseconds(std::min(microseconds.value_or(0), longest)));
}

const char *state_towards(const std::string &target) {
    return to_text(target == "unpatched" ? PatchState::disabling : PatchState::enabling);
}

// What stands in the way, in the terms of the list of blockers: "do_it+0x5/0x9 [ext4]" in two.
Blocker blocker_of(const Event &event) {
    Blocker task{.reason = event.reason};
    if (event.where.empty())
        return task;
    const size_t blank = event.where.find(' ');
    task.function = event.where.substr(0, std::min(event.where.find('+'), blank));
    task.object = "vmlinux";
    if (blank != event.where.npos && event.where.ends_with(']'))
        task.object = event.where.substr(blank + 2, event.where.size() - blank - 3);
    return task;
}

std::string task_of(const Event &event) {
    return fmt::format("{} ({})", event.pid.value_or(0), printable(event.comm));
}

std::string means_of(const Event &event) {
    if (event.means == "asleep")
        return "while asleep";
    if (event.means == "stopped")
        return "while its CPU was taken";
    if (event.means == "offline")
        return "while its CPU was offline";
    if (event.means == "woken")
        return "by itself, as it had been woken";
    return fmt::format("by '{}'", printable(event.means));
}

std::string what_happened(const Event &event) {
    switch (event.kind) {
    case EventKind::transition_start:
        return fmt::format("{}, {} to go", state_towards(event.target),
                           count_of_tasks(event.tasks.value_or(0)));
    case EventKind::transition_reversed:
        return fmt::format("turned round: {}, {} to go", state_towards(event.target),
                           count_of_tasks(event.tasks.value_or(0)));
    case EventKind::transition_complete:
        return fmt::format("{} in {}{}", event.target == "unpatched" ? "disabled" : "enabled",
                           to_text_from_us(event.duration_us),
                           event.forced.value_or(false) ? ", forced" : "");
    case EventKind::task_switched:
        return fmt::format("{} moved {} {}, after {}", task_of(event),
                           event.target == "unpatched" ? "back" : "to the new code",
                           means_of(event), to_text_from_us(event.pending_us));
    case EventKind::task_blocked:
        return fmt::format("{} cannot move: {}", task_of(event),
                           printable(reason_of(blocker_of(event))));
    case EventKind::task_woken:
        return fmt::format("{} is woken, to leave where it sleeps", task_of(event));
    case EventKind::audit_violation:
        return fmt::format("audit: {} calls {} in the {} universe, with {} of the other one active",
                           task_of(event), printable(event.call), printable(event.universe),
                           printable(event.found));
    case EventKind::lost:
        return fmt::format("{}events of CPU {} are lost: they came too fast",
                           event.lost ? fmt::format("{} ", *event.lost) : "", event.cpu);
    case EventKind::other:
        break;
    }
    return fmt::format("{}: {}", printable(event.name), printable(event.text));
}

void add_blocked(ordered_json &object, const Event &event) {
    const Blocker task = blocker_of(event);
    object["target"] = event.target;
    object["reason"] = event.reason;
    object["function"] = or_null(task.function);
    object["object"] = or_null(task.object);
    object["where"] = or_null(event.where);
}

void add_fields(ordered_json &object, const Event &event) {
    switch (event.kind) {
    case EventKind::transition_start:
    case EventKind::transition_reversed:
        object["target"] = event.target;
        object["tasks"] = or_null(event.tasks);
        break;
    case EventKind::transition_complete:
        object["target"] = event.target;
        object["duration_us"] = or_null(event.duration_us);
        object["forced"] = or_null(event.forced);
        break;
    case EventKind::task_switched:
        object["target"] = event.target;
        object["means"] = event.means;
        object["pending_us"] = or_null(event.pending_us);
        break;
    case EventKind::task_blocked:
        add_blocked(object, event);
        break;
    case EventKind::task_woken:
        break;
    case EventKind::audit_violation:
        object["universe"] = event.universe;
        object["call"] = event.call;
        object["found"] = event.found;
        break;
    case EventKind::lost:
        object["lost"] = or_null(event.lost);
        break;
    case EventKind::other:
        object["text"] = event.text;
        break;
    }
}

} // namespace

std::string to_line(const Event &event, WallTime time) {
    const std::string whose = event.patch.empty() ? "" : printable(event.patch) + ": ";
    return fmt::format("{} {}{}", to_iso(time), whose, what_happened(event));
}

std::string to_json_line(const Event &event, WallTime time) {
    ordered_json object = {{"schema_version", schema_version},
                           {"time", to_iso(time)},
                           {"event", event.name},
                           {"cpu", event.cpu},
                           {"patch", or_null(event.patch)}};
    if (event.pid) {
        object["pid"] = *event.pid;
        object["comm"] = event.comm;
    }
    add_fields(object, event);
    return object.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
}

} // namespace suture
