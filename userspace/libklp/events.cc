#include "libklp/events.h"

#include "libklp/livepatch.h"

namespace suture {

namespace {

// The patch of Suture's that is in transition, or nothing.
std::string patch_in_transition(const Roots &roots) {
    for (const Livepatch &livepatch : Livepatch::find(roots)) {
        if (livepatch.runtime() != Runtime::suture)
            continue;
        for (const std::string &name : livepatch.names().value_or(std::vector<std::string>())) {
            const Result<Progress> progress = livepatch.progress(name);
            if (progress && in_transition(progress->state))
                return name;
        }
    }
    return {};
}

} // namespace

Result<EventStream> EventStream::open(const Environment &environment, Tracefs &tracefs,
                                      unsigned pid) {
    const Roots &roots = environment.roots;
    const std::string before = patch_in_transition(roots);
    Result<TraceInstance> instance = TraceInstance::open(roots, tracefs, pid);
    if (!instance)
        return fail(instance.error());
    // What began in between tells so itself, and what ended in between is over.
    const std::string now = patch_in_transition(roots);
    return EventStream(std::move(*instance), now == before ? now : "");
}

Result<std::vector<Event>> EventStream::next() {
    // Asked first: what was traced until then is still to be read.
    const bool on = instance_.is_on();
    Result<std::string> text = instance_.read();
    if (!text)
        return fail(text.error());
    std::vector<Event> events = parser_.parse(*text);
    if (events.empty() && !on)
        return fail({.code = ErrorCode::gone,
                     .action = "follow events",
                     .why = "they were switched off: Suture was unloaded",
                     .hint = "load it again, and follow again: modprobe suture"});
    for (Event &event : events)
        attribute(event);
    return events;
}

void EventStream::attribute(Event &event) {
    switch (event.kind) {
    case EventKind::transition_start:
    case EventKind::transition_reversed:
        patch_ = event.patch;
        break;
    case EventKind::transition_complete:
    case EventKind::lost: // another transition may have begun among them
        patch_.clear();
        break;
    default:
        event.patch = patch_;
    }
}

} // namespace suture
