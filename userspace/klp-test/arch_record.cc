#include "arch_record.h"

#include <algorithm>
#include <charconv>
#include <fmt/format.h>
#include <fstream>
#include <map>
#include <sstream>

namespace suture::harness {

namespace {

class Fields {
  public:
    Fields(const std::string &text, std::string name) : name_(std::move(name)) {
        std::istringstream lines(text);
        for (std::string line; std::getline(lines, line);) {
            auto equals = line.find('=');
            if (!line.empty() && line[0] != '#' && equals != std::string::npos) {
                values_[line.substr(0, equals)] = line.substr(equals + 1);
            }
        }
    }

    void text(const char *key, std::string &value) {
        auto found = values_.find(key);
        if (found == values_.end() || found->second.empty()) {
            complain(fmt::format("{} is missing", key));
            return;
        }
        value = found->second;
    }

    void positive(const char *key, int &value) {
        std::string digits;
        text(key, digits);
        auto end = digits.data() + digits.size();
        auto [stop, problem] = std::from_chars(digits.data(), end, value);
        if (!digits.empty() && (problem != std::errc() || stop != end || value <= 0)) {
            complain(fmt::format("{}={} is not a positive number", key, digits));
        }
    }

    const std::string &problem() const { return problem_; }

  private:
    void complain(const std::string &what) {
        if (problem_.empty()) {
            problem_ = fmt::format("architecture record {}: {}", name_, what);
        }
    }

    std::string name_;
    std::map<std::string, std::string> values_;
    std::string problem_;
};

} // namespace

Result<ArchRecord> parse_arch_record(const std::string &text, const std::string &name) {
    ArchRecord record;
    Fields fields(text, name);
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
