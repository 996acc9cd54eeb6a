// Suture's events as they happen: through programs of BPF on its tracepoints where the kernel and
// Suture have BTF, and through tracefs where either has none, or where the kernel does not take the
// programs. What comes is the same.

#pragma once

#include "libklp/bpf.h"
#include "libklp/environment.h"
#include "libklp/event_source.h"
#include "libklp/trace_instance.h"

#include <memory>
#include <string>
#include <vector>

namespace suture {

class EventStream {
  public:
    // From now on. Keeps the references; the environment is needed only here. Fails where neither
    // way can be had, and says then what tracefs lacks.
    static Result<EventStream> open(const Environment &environment, Bpf &bpf, Tracefs &tracefs,
                                    unsigned pid);

    // What has happened since the last time, without waiting. The events of tasks have the patch
    // whose transition runs, where that is known. ErrorCode::gone when no more will come, since
    // Suture was unloaded.
    Result<std::vector<Event>> next();

    // "libbpf", or "tracefs", followed by why it is not libbpf: for people.
    const std::string &way() const { return way_; }

  private:
    EventStream(std::unique_ptr<EventSource> source, std::string way, std::string patch)
        : source_(std::move(source)), way_(std::move(way)), patch_(std::move(patch)) {}

    void attribute(Event &event);

    std::unique_ptr<EventSource> source_;
    std::string way_;
    std::string patch_; // whose transition runs, empty if that is not known
};

} // namespace suture
