// One architecture as the harness needs it: the record in vm-images/arch/<ARCH>.env.
#pragma once

#include "error.h"

#include <filesystem>
#include <string>
#include <vector>

namespace suture::harness {

struct ArchRecord {
    std::string arch;
    std::string qemu;
    std::string qemu_package;
    std::string machine;
    std::string cpu;
    std::string accel;
    int smp = 0;
    int memory_mib = 0;
    std::string console;
    std::string serial_device;
    int slowdown = 0;
};

// Parses KEY=VALUE lines; `name` is for messages. Keys that the harness does not need are ignored.
Result<ArchRecord> parse_arch_record(const std::string &text, const std::string &name);

// Whose records are in `<vm_images>/arch`, in alphabetical order; none where that cannot be read.
std::vector<std::string> known_archs(const std::filesystem::path &vm_images);

// Reads `<vm_images>/arch/<arch>.env`.
Result<ArchRecord> load_arch_record(const std::filesystem::path &vm_images,
                                    const std::string &arch);

} // namespace suture::harness
