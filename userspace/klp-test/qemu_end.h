// How a guest's QEMU came to its end, and whose doing that was.
#pragma once

#include "process.h"

#include <string>

namespace suture::harness {

enum class EndedBy {
    // The guest powered off, reset itself, which -no-reboot turns into an end, or has no CPU left
    // that
    // could go on.
    guest,
    // Something asked QEMU to end.
    request,
    // QEMU failed or was killed.
    failure,
};

struct QemuEnd {
    EndedBy by = EndedBy::failure;
    // For a person.
    std::string words;
};

// `messages`: what QEMU itself had to say.
QemuEnd qemu_end(const ExitStatus &status, const std::string &messages);

} // namespace suture::harness
