// What the kernel logged while something was done to it: insmod's errno says little, the log says
// which function of which object was in the way.

#pragma once

#include "libklp/file.h"

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace suture {

struct KernelMessage {
    unsigned level = 0; // 3: error, 4: warning, as in <linux/kern_levels.h>
    std::string text;
    bool operator==(const KernelMessage &) const = default;
};

// The messages of the kernel itself in records as /dev/kmsg has them; what user space wrote into
// the log, and what is no record, is left out.
std::vector<KernelMessage> parse_kernel_messages(std::string_view records);

// Remembers where the log ends now. Without permission to read it, or without a log, there are
// simply no messages.
class KernelLog {
  public:
    explicit KernelLog(const std::filesystem::path &kmsg);

    // What the log still has from all the time before; nothing where it cannot be read.
    static std::optional<std::vector<KernelMessage>>
    all_messages(const std::filesystem::path &kmsg);

    // What has come since, without waiting.
    std::vector<KernelMessage> new_messages() const;

  private:
    std::optional<File> file_;
};

// Those that say why the module or patch `name` was not loaded.
std::vector<std::string> failure_messages(const std::vector<KernelMessage> &messages,
                                          std::string_view name);

// Those with which Suture, at the deadline of the patch `name`, says that it gives up and which
// tasks had not moved.
std::vector<std::string> deadline_messages(const std::vector<KernelMessage> &messages,
                                           std::string_view name);

// Suture's own error line, taken apart:
//   livepatch: patch 'P': object 'O': function 'F': REASON; WHAT TO DO
struct RuntimeReason {
    std::string patch;
    std::string object;
    std::string function;
    std::string why;
    std::string hint;
    bool operator==(const RuntimeReason &) const = default;
};
std::optional<RuntimeReason> parse_runtime_reason(std::string_view text);

} // namespace suture
