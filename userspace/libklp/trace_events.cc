#include "libklp/trace_events.h"

namespace suture {

Result<std::unique_ptr<EventSource>> TraceEvents::open(const Roots &roots, Tracefs &tracefs,
                                                       unsigned pid) {
    Result<TraceInstance> instance = TraceInstance::open(roots, tracefs, pid);
    if (!instance)
        return fail(instance.error());
    return std::make_unique<TraceEvents>(std::move(*instance));
}

Result<std::vector<Event>> TraceEvents::next() {
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
    return events;
}

} // namespace suture
