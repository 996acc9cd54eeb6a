// The QEMU command line of a guest.
#pragma once

#include "arch_record.h"

#include <string>
#include <vector>

namespace suture::harness {

struct QemuParts {
    std::string kernel;
    std::string initramfs;
    // Connected sockets that QEMU inherits; a guest without a channel has -1 there.
    int console_fd = -1;
    int channel_fd = -1;
    // A connected socket too, and a terminal in the guest; -1 for none.
    int terminal_fd = -1;
    // Where gdb can attach, a Unix socket; empty for nowhere.
    std::string gdb_socket;
    // What is to stand on the kernel's command line besides the harness's own.
    std::vector<std::string> kernel_arguments;
};

std::vector<std::string> qemu_command(const ArchRecord &arch, const QemuParts &parts);

} // namespace suture::harness
