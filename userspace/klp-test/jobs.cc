#include "jobs.h"

#include <algorithm>
#include <cstdint>
#include <string>

namespace suture::harness {

namespace {

// What QEMU takes beside the guest's memory: the initramfs once more, and translated code.
constexpr unsigned overhead_mib = 512;

} // namespace

unsigned threads_of(const ArchRecord &arch) {
    return arch.accel.find("thread=single") == std::string::npos ? static_cast<unsigned>(arch.smp)
                                                                 : 1;
}

unsigned Slots::of(const ArchRecord &arch) const {
    return by_threads ? std::min(threads_of(arch), count) : 1;
}

Slots default_slots(const std::vector<ArchRecord> &archs, const Machine &machine) {
    unsigned memory_mib = 0;
    for (const auto &arch : archs) {
        memory_mib = std::max(memory_mib, static_cast<unsigned>(arch.memory_mib));
    }
    auto count = machine.cores;
    if (machine.available_mib > 0) {
        auto room = machine.available_mib / (memory_mib + overhead_mib);
        count = static_cast<unsigned>(std::min<std::uint64_t>(count, room));
    }
    return {std::max(1U, count), true};
}

} // namespace suture::harness
