#include "machine.h"

#include <algorithm>
#include <cstdint>
#include <fstream>
#include <optional>
#include <sstream>
#include <thread>

namespace suture::harness {

namespace {

namespace fs = std::filesystem;

std::string text_of(const char *path) {
    std::ifstream file(path);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

// Nothing where there is no such number: no such file, or "max".
std::optional<std::uint64_t> number_in(const fs::path &path) {
    std::ifstream file(path);
    std::uint64_t number = 0;
    return file >> number ? std::optional(number) : std::nullopt;
}

// What memory.stat says of one thing, in bytes.
std::uint64_t statistic(const fs::path &group, const std::string &wanted) {
    std::ifstream file(group / "memory.stat");
    std::string name;
    for (std::uint64_t value = 0; file >> name >> value;) {
        if (name == wanted) {
            return value;
        }
    }
    return 0;
}

// So much time, in microseconds, in each period.
void bound_cores(Machine &machine, std::int64_t quota, std::int64_t period) {
    // Version 1 says -1 where there is no limit.
    if (quota > 0 && period > 0) {
        auto cores = std::max<std::int64_t>(1, quota / period);
        machine.cores = static_cast<unsigned>(std::min<std::int64_t>(machine.cores, cores));
    }
}

void bound_memory(Machine &machine, std::uint64_t limit, std::uint64_t used, std::uint64_t kept) {
    // What is kept of files and not in use makes room before anybody is killed.
    used -= std::min(kept, used);
    // 0 would say that nobody knows.
    auto left = std::max<std::uint64_t>(1, (limit - std::min(used, limit)) >> 20);
    machine.available_mib =
        machine.available_mib > 0 ? std::min(machine.available_mib, left) : left;
}

// By the files of version 2 and by those of version 1, wherever there are any.
void bound_by_group(Machine &machine, const fs::path &group) {
    std::int64_t quota = 0, period = 0;
    std::ifstream max(group / "cpu.max");
    std::ifstream cfs_quota(group / "cpu.cfs_quota_us"), cfs_period(group / "cpu.cfs_period_us");
    if (max >> quota >> period || (cfs_quota >> quota && cfs_period >> period)) {
        bound_cores(machine, quota, period);
    }
    auto limit = number_in(group / "memory.max"), used = number_in(group / "memory.current");
    if (limit && used) {
        bound_memory(machine, *limit, *used, statistic(group, "inactive_file"));
    }
    limit = number_in(group / "memory.limit_in_bytes");
    used = number_in(group / "memory.usage_in_bytes");
    if (limit && used) {
        bound_memory(machine, *limit, *used, statistic(group, "total_inactive_file"));
    }
}

// By a group and all above it, up to what is mounted as the top. Of a container that may be its own
// group, with the path that it has outside: then there is nothing below.
void bound_by_groups(Machine &machine, const fs::path &top, const fs::path &path) {
    auto group = top;
    bound_by_group(machine, group);
    for (const auto &part : path.relative_path()) {
        // Not even the path of a group that is not below the top leads out of it.
        if (part == "..") {
            return;
        }
        group /= part;
        bound_by_group(machine, group);
    }
}

} // namespace

Machine this_machine() {
    Machine machine{std::max(1U, std::thread::hardware_concurrency()),
                    available_mib(text_of("/proc/meminfo"))};
    return within_cgroups(machine, text_of("/proc/self/cgroup"), "/sys/fs/cgroup");
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

Machine within_cgroups(Machine machine, const std::string &groups, const fs::path &root) {
    std::istringstream lines(groups);
    std::string number, controllers, path;
    while (std::getline(lines, number, ':') && std::getline(lines, controllers, ':') &&
           std::getline(lines, path)) {
        // Version 2 names no controller; of version 1 each has a folder of its own.
        std::istringstream names(controllers + ',');
        for (std::string name; std::getline(names, name, ',');) {
            bound_by_groups(machine, root / name, path);
        }
    }
    return machine;
}

} // namespace suture::harness
