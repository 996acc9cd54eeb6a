// Suture's events as they happen. They come through tracefs everywhere, never by BPF: one way,
// which every kernel that Suture runs on has, with BTF or without.

#pragma once

#include "libklp/environment.h"
#include "libklp/trace_instance.h"
#include "libklp/trace_parser.h"

#include <string>
#include <vector>

namespace suture {

class EventStream {
  public:
    // From now on. Keeps the reference; the environment is needed only here.
    static Result<EventStream> open(const Environment &environment, Tracefs &tracefs, unsigned pid);

    // What has happened since the last time, without waiting. The events of tasks have the patch
    // whose transition runs, where that is known. ErrorCode::gone when no more will come, since
    // Suture was unloaded.
    Result<std::vector<Event>> next();

  private:
    EventStream(TraceInstance instance, std::string patch)
        : instance_(std::move(instance)), patch_(std::move(patch)) {}

    void attribute(Event &event);

    TraceInstance instance_;
    TraceParser parser_;
    std::string patch_; // whose transition runs, empty if that is not known
};

} // namespace suture
