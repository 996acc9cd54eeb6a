// What klp-test has of the machine.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

namespace suture::harness {

struct Machine {
    unsigned cores = 1;
    // What can be had without swapping; 0: nobody knows.
    std::uint64_t available_mib = 0;
};

Machine this_machine();

// MemAvailable of the text of /proc/meminfo, in MiB; 0 where it does not say.
std::uint64_t available_mib(const std::string &meminfo);

// What of the machine is left to a process in these control groups, as in a container, in which
// everybody sees all cores and all memory. `groups` is the text of /proc/self/cgroup, and `root`
// where the groups are mounted, those of version 2 or 1. The groups above them count as far as they
// are seen there; what cannot be read sets no limit.
Machine within_cgroups(Machine machine, const std::string &groups,
                       const std::filesystem::path &root);

} // namespace suture::harness
