// What the guests of one kernel need beyond their architecture's record: guest.env, which lies
// beside the built guest where its kernel has something to say.
#pragma once

#include "arch_record.h"
#include "error.h"

#include <filesystem>
#include <string>
#include <vector>

namespace suture::harness {

struct GuestRecord {
    // Than a stock kernel.
    int times_slower = 1;
    // 0: what the architecture's record says will do.
    int memory_mib = 0;
    std::vector<std::string> kernel_arguments;

    // The record of an architecture as it is for such guests.
    ArchRecord fit(ArchRecord arch) const;
};

// Parses KEY=VALUE lines, none of which is mandatory; `name` is for messages.
Result<GuestRecord> parse_guest_record(const std::string &text, const std::string &name);

// Reads `<guest>/guest.env`, if it is there.
Result<GuestRecord> load_guest_record(const std::filesystem::path &guest);

} // namespace suture::harness
