// Suture's events as they happen. They come through tracefs everywhere.

#pragma once

#include "libklp/environment.h"
#include "libklp/event_source.h"
#include "libklp/trace_instance.h"

#include <memory>
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
    EventStream(std::unique_ptr<EventSource> source, std::string patch)
        : source_(std::move(source)), patch_(std::move(patch)) {}

    void attribute(Event &event);

    std::unique_ptr<EventSource> source_;
    std::string patch_; // whose transition runs, empty if that is not known
};

} // namespace suture
