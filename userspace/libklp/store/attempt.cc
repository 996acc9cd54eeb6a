#include "libklp/store/attempt.h"

#include "libklp/sysfs.h"

#include <fmt/format.h>

namespace suture {

std::string attempt_line(const Attempt &attempt) {
    return fmt::format("{} {}\n", to_text(attempt.id), attempt.boot);
}

Result<std::string> boot_id(const Environment &environment) {
    return read_attribute(environment.roots.proc / "sys/kernel/random/boot_id");
}

} // namespace suture
