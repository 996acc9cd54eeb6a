// Events through tracefs, which every kernel that Suture runs on has.

#pragma once

#include "libklp/event_source.h"
#include "libklp/trace_instance.h"
#include "libklp/trace_parser.h"

#include <memory>

namespace suture {

class TraceEvents : public EventSource {
  public:
    // From now on. Fails as TraceInstance::open() does. Keeps the reference to `tracefs`.
    static Result<std::unique_ptr<EventSource>> open(const Roots &roots, Tracefs &tracefs,
                                                     unsigned pid);

    explicit TraceEvents(TraceInstance instance) : instance_(std::move(instance)) {}

    // ErrorCode::gone when Suture was unloaded.
    Result<std::vector<Event>> next() override;

  private:
    TraceInstance instance_;
    TraceParser parser_;
};

} // namespace suture
