// Suture's tracepoints as BPF sees them: what klp knows of them, which BTF has to bear out before
// anything is attached, and what only BTF tells of this kernel and this build of Suture.

#pragma once

#include "libklp/bpf_program.h"
#include "libklp/environment.h"
#include "libklp/event.h"
#include "libklp/result.h"

#include <array>
#include <cstdint>
#include <map>
#include <string>

namespace suture {

// As TP_PROTO in kernel/trace.h has it.
struct BpfTracepoint {
    const char *name;
    EventKind kind;
    bool of_task;                  // about a task, not about a patch
    std::array<unsigned, 3> sizes; // of the numbers that follow, in bytes; 0: there is none
};

// A record names them by their index here.
inline constexpr std::array<BpfTracepoint, 7> tracepoints{{
    {"transition_start", EventKind::transition_start, false, {4, 4, 0}},
    {"transition_reversed", EventKind::transition_reversed, false, {4, 4, 0}},
    {"transition_complete", EventKind::transition_complete, false, {4, 8, 1}},
    {"task_switched", EventKind::task_switched, true, {4, 4, 8}},
    {"task_blocked", EventKind::task_blocked, true, {4, 4, 8}},
    {"task_woken", EventKind::task_woken, true, {0, 0, 0}},
    {"audit_violation", EventKind::audit_violation, true, {4, 8, 8}},
}};

struct TracepointTypes {
    std::array<unsigned, tracepoints.size()> ids = {}; // of btf_trace_NAME
    TaskLayout task = {};
    std::map<int64_t, std::string> means = {}; // the words for the numbers of enum means
};

// Of the running kernel and the Suture that is loaded. ErrorCode::not_found if either has no BTF,
// refused if its tracepoints are others than those above.
Result<TracepointTypes> read_tracepoint_types(const Roots &roots);

} // namespace suture
