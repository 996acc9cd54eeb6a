#include "libklp/events.h"

#include "libklp/bpf_events.h"
#include "libklp/livepatch.h"
#include "libklp/trace_events.h"

#include <fmt/format.h>

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

Result<EventStream> EventStream::open(const Environment &environment, Bpf &bpf, Tracefs &tracefs,
                                      unsigned pid) {
    const Roots &roots = environment.roots;
    const std::string before = patch_in_transition(roots);
    std::string way = "libbpf";
    Result<std::unique_ptr<EventSource>> source = BpfEvents::open(roots, bpf);
    if (!source) {
        way = fmt::format("tracefs, as klp {}", to_text(source.error()));
        source = TraceEvents::open(roots, tracefs, pid);
    }
    if (!source)
        return fail(source.error());
    // What began in between tells so itself, and what ended in between is over.
    const std::string now = patch_in_transition(roots);
    return EventStream(std::move(*source), std::move(way), now == before ? now : "");
}

Result<std::vector<Event>> EventStream::next() {
    Result<std::vector<Event>> events = source_->next();
    if (!events)
        return events;
    for (Event &event : *events)
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
