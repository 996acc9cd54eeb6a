// Events through programs of BPF on Suture's tracepoints: where the kernel and Suture have BTF, and
// klp may load programs. It needs no tracefs. As long as it is there, Suture cannot be unloaded.

#pragma once

#include "libklp/bpf.h"
#include "libklp/bpf_tracepoints.h"
#include "libklp/event_source.h"
#include "libklp/kernel_symbols.h"

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace suture {

// The event as the trace would tell of it. Needs a record of a tracepoint that there is.
Event to_event(const BpfRecord &record, const TracepointTypes &types, KernelSymbols &symbols);

class BpfEvents : public EventSource {
  public:
    // From now on. Keeps the reference to `bpf`. Whatever is in the way is an Error that says why
    // it has to be tracefs, and nothing is left behind.
    static Result<std::unique_ptr<EventSource>> open(const Roots &roots, Bpf &bpf);

    // Never ErrorCode::gone, since Suture stays.
    Result<std::vector<Event>> next() override;

  private:
    BpfEvents(Bpf &bpf, TracepointTypes types, KernelSymbols symbols, File records, File lost,
              std::unique_ptr<BpfRing> ring)
        : bpf_(&bpf), types_(std::move(types)), symbols_(std::move(symbols)),
          records_(std::move(records)), lost_(std::move(lost)), ring_(std::move(ring)) {}

    Result<void> attach_all(const File &btf);
    void take(std::string_view bytes, std::vector<Event> &events);
    void note_lost(unsigned cpu, uint64_t count, std::vector<Event> &events);

    Bpf *bpf_;
    TracepointTypes types_;
    KernelSymbols symbols_;
    File records_; // both maps, for the programs
    File lost_;
    std::unique_ptr<BpfRing> ring_;
    std::vector<File> attached_;
    std::map<unsigned, uint64_t> told_; // by CPU: lost events that are told of
};

} // namespace suture
