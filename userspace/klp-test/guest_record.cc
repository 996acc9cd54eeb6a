#include "guest_record.h"

#include "record_fields.h"

#include <algorithm>
#include <fstream>
#include <sstream>

namespace suture::harness {

ArchRecord GuestRecord::fit(ArchRecord arch) const {
    arch.slowdown *= times_slower;
    arch.memory_mib = std::max(arch.memory_mib, memory_mib);
    return arch;
}

Result<GuestRecord> parse_guest_record(const std::string &text, const std::string &name) {
    GuestRecord record;
    RecordFields fields(text, name);
    if (fields.has("TIMES_SLOWER")) {
        fields.positive("TIMES_SLOWER", record.times_slower);
    }
    if (fields.has("MEMORY")) {
        fields.positive("MEMORY", record.memory_mib);
    }
    if (fields.has("KERNEL_ARGUMENTS")) {
        fields.list("KERNEL_ARGUMENTS", record.kernel_arguments);
    }
    if (!fields.problem().empty()) {
        return fail(fields.problem());
    }
    return record;
}

Result<GuestRecord> load_guest_record(const std::filesystem::path &guest) {
    auto path = guest / "guest.env";
    if (!std::filesystem::exists(path)) {
        return GuestRecord{};
    }
    std::ifstream file(path);
    std::ostringstream text;
    text << file.rdbuf();
    if (!file) {
        return fail("cannot read " + path.string());
    }
    return parse_guest_record(text.str(), path.string());
}

} // namespace suture::harness
