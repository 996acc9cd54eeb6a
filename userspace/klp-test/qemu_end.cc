#include "qemu_end.h"

#include <fmt/format.h>

namespace suture::harness {

namespace {

EndedBy ended_by(const ExitStatus &status, const std::string &messages) {
    if (status.failed()) {
        return EndedBy::failure;
    }
    // It exits with 0 then, as it does for the guest's sake.
    bool asked = messages.find("terminating on signal ") != std::string::npos;
    return asked ? EndedBy::request : EndedBy::guest;
}

} // namespace

QemuEnd qemu_end(const ExitStatus &status, const std::string &messages) {
    auto by = ended_by(status, messages);
    auto words = by == EndedBy::guest
                     ? std::string("QEMU ended: the guest powered off or was reset")
                     : fmt::format("QEMU ended: {}", status.words());
    auto text = messages.substr(0, messages.find_last_not_of('\n') + 1);
    return {by, text.empty() ? words : fmt::format("{}; it said: {}", words, text)};
}

} // namespace suture::harness
