#include "jobs.h"

#include <algorithm>
#include <fstream>
#include <sstream>
#include <thread>

namespace suture::harness {

namespace {

// What QEMU takes beside the guest's memory: the initramfs once more, and translated code.
constexpr unsigned overhead_mib = 512;

} // namespace

Machine this_machine() {
    std::ifstream file("/proc/meminfo");
    std::ostringstream text;
    text << file.rdbuf();
    return {std::max(1U, std::thread::hardware_concurrency()), available_mib(text.str())};
}

std::uint64_t available_mib(const std::string &meminfo) {
    std::istringstream lines(meminfo);
    for (std::string line; std::getline(lines, line);) {
        std::istringstream words(line);
        std::string name;
        std::uint64_t kib = 0;
        if (words >> name >> kib && name == "MemAvailable:") {
            return kib / 1024;
        }
    }
    return 0;
}

unsigned threads_of(const ArchRecord &arch) {
    return arch.accel.find("thread=single") == std::string::npos ? static_cast<unsigned>(arch.smp)
                                                                 : 1;
}

unsigned default_jobs(const std::vector<ArchRecord> &archs, const Machine &machine) {
    unsigned threads = 1, memory_mib = 0;
    for (const auto &arch : archs) {
        threads = std::max(threads, threads_of(arch));
        memory_mib = std::max(memory_mib, static_cast<unsigned>(arch.memory_mib));
    }
    auto jobs = machine.cores / threads;
    if (machine.available_mib > 0) {
        auto room = machine.available_mib / (memory_mib + overhead_mib);
        jobs = static_cast<unsigned>(std::min<std::uint64_t>(jobs, room));
    }
    return std::max(1U, jobs);
}

} // namespace suture::harness
