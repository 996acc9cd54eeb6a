// How many guests the machine bears at once.
#pragma once

#include "arch_record.h"

#include <cstdint>
#include <string>
#include <vector>

namespace suture::harness {

struct Machine {
    unsigned cores = 1;
    // What can be had without swapping; 0: nobody knows.
    std::uint64_t available_mib = 0;
};

Machine this_machine();

// MemAvailable of the text of /proc/meminfo, in MiB; 0 where it does not say.
std::uint64_t available_mib(const std::string &meminfo);

// The threads with which QEMU runs the CPUs of such a guest.
unsigned threads_of(const ArchRecord &arch);

// As many guests of the largest kind as there are cores and memory for, and at least one.
unsigned default_jobs(const std::vector<ArchRecord> &archs, const Machine &machine);

} // namespace suture::harness
