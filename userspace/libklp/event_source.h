// Where events come from: one of the ways in which the kernel tells of its tracepoints.

#pragma once

#include "libklp/event.h"
#include "libklp/result.h"

#include <vector>

namespace suture {

class EventSource {
  public:
    virtual ~EventSource() = default;

    // What has happened since the last time, without waiting, and as the kernel has it: the events
    // of tasks have no patch. ErrorCode::gone when no more will come.
    virtual Result<std::vector<Event>> next() = 0;
};

} // namespace suture
