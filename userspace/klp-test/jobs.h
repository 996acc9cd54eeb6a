// How many guests the machine bears at once.
#pragma once

#include "arch_record.h"
#include "machine.h"

#include <vector>

namespace suture::harness {

// The threads with which QEMU runs the CPUs of such a guest.
unsigned threads_of(const ArchRecord &arch);

// What guests share. Each takes one slot or, `by_threads`, as many as its QEMU has threads, where
// there are that many.
struct Slots {
    unsigned count = 1;
    bool by_threads = false;

    unsigned of(const ArchRecord &arch) const;
};

// A slot for each core, or fewer where memory is short for as many guests of the largest kind; at
// least one. A thread of QEMU that has to share its core with another guest's is stopped in the
// middle of what another CPU of its guest may see half done.
Slots default_slots(const std::vector<ArchRecord> &archs, const Machine &machine);

} // namespace suture::harness
