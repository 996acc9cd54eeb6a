#include "arch_record.h"

#include "record_fields.h"

#include <algorithm>
#include <fmt/format.h>
#include <fstream>
#include <sstream>

namespace suture::harness {

Result<ArchRecord> parse_arch_record(const std::string &text, const std::string &name) {
    ArchRecord record;
    RecordFields fields(text, "architecture record " + name);
    fields.text("ARCH", record.arch);
    fields.text("QEMU", record.qemu);
    fields.text("QEMU_PACKAGE", record.qemu_package);
    fields.text("QEMU_MACHINE", record.machine);
    fields.text("QEMU_CPU", record.cpu);
    fields.text("QEMU_ACCEL", record.accel);
    fields.positive("QEMU_SMP", record.smp);
    fields.positive("QEMU_MEMORY", record.memory_mib);
    fields.text("CONSOLE", record.console);
    fields.text("SERIAL_DEVICE", record.serial_device);
    fields.positive("SLOWDOWN", record.slowdown);
    if (!fields.problem().empty()) {
        return fail(fields.problem());
    }
    return record;
}

std::vector<std::string> known_archs(const std::filesystem::path &vm_images) {
    std::vector<std::string> archs;
    std::error_code error;
    for (std::filesystem::directory_iterator entry(vm_images / "arch", error), end;
         !error && entry != end; entry.increment(error)) {
        if (entry->path().extension() == ".env") {
            archs.push_back(entry->path().stem().string());
        }
    }
    std::ranges::sort(archs);
    return archs;
}

Result<ArchRecord> load_arch_record(const std::filesystem::path &vm_images,
                                    const std::string &arch) {
    auto path = vm_images / "arch" / (arch + ".env");
    std::ifstream file(path);
    if (!file) {
        return fail(fmt::format("no record of architecture '{}': cannot read {}; the architectures "
                                "are the .env files in that folder",
                                arch, path.string()));
    }
    std::ostringstream text;
    text << file.rdbuf();
    return parse_arch_record(text.str(), path.string());
}

} // namespace suture::harness
