// The programs that klp attaches to Suture's tracepoints, and what they write down of an event.
// All of these tracepoints have arguments of one form: first whom the event is about, a patch by
// its name or a task, then a few numbers.

#pragma once

#include <array>
#include <cstdint>
#include <linux/bpf.h>
#include <vector>

namespace suture {

// In the ring buffer, one for each event.
struct BpfRecord {
    uint64_t time = 0; // by CLOCK_MONOTONIC, in ns
    uint64_t lost = 0; // events of this CPU that there was no room for, up to this one
    std::array<uint64_t, 3> numbers = {}; // the other arguments, as wide as they are
    uint32_t cpu = 0;
    uint32_t event = 0; // which one of `tracepoints` it is
    uint32_t pid = 0;   // of a task
    // The name of a patch, which is that of a module, or a task's comm. Ends at the first NUL.
    std::array<char, 60> text = {};
};
static_assert(sizeof(BpfRecord) == 112, "what programs write down has no holes");

// Where a task_struct of this kernel has what is to be written down, in bytes.
struct TaskLayout {
    unsigned pid = 0;
    unsigned comm = 0;
    unsigned comm_size = 0;
    bool operator==(const TaskLayout &) const = default;
};

struct BpfProgram {
    uint32_t event = 0;   // for the record
    bool of_task = false; // whether the first argument is a task
    unsigned numbers = 0; // how many follow it
    TaskLayout task = {}; // whose comm is no longer than the text of a record
    int records = -1;     // descriptors of the ring buffer, and of a map with a number of 64 bits
    int lost = -1;        // for each CPU
};

// It writes one record, or, where there is no room, counts that. Nobody is woken: klp looks often.
std::vector<bpf_insn> assemble(const BpfProgram &program);

} // namespace suture
