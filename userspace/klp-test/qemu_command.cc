#include "qemu_command.h"

#include "channel.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace suture::harness {

namespace {

std::string kernel_command_line(const ArchRecord &arch, const QemuParts &parts) {
    std::vector<std::string> words{
        "console=" + arch.console,
        // An oops is a panic, and a panic ends QEMU (with -no-reboot) instead of lingering.
        "panic=-1",
        "oops=panic",
        // Nothing the kernel says may be kept from the console scanner: not by level, not by the
        // rate limit of /dev/kmsg, where the agent's marks go, not by a full buffer.
        "ignore_loglevel",
        "printk.time=1",
        "printk.devkmsg=on",
        "log_buf_len=4M",
    };
    words.insert(words.end(), parts.kernel_arguments.begin(), parts.kernel_arguments.end());
    return fmt::format("{}", fmt::join(words, " "));
}

} // namespace

std::vector<std::string> qemu_command(const ArchRecord &arch, const QemuParts &parts) {
    std::vector<std::string> command{
        arch.qemu,     "-no-user-config",
        "-nodefaults", "-display",
        "none",        "-no-reboot",
        "-machine",    arch.machine,
        "-cpu",        arch.cpu,
        "-accel",      arch.accel,
        "-smp",        std::to_string(arch.smp),
        "-m",          fmt::format("{}M", arch.memory_mib),
        "-kernel",     parts.kernel,
        "-initrd",     parts.initramfs,
        "-append",     kernel_command_line(arch, parts),
        "-chardev",    fmt::format("socket,id=console,fd={}", parts.console_fd),
        "-serial",     "chardev:console",
    };
    if (parts.channel_fd >= 0) {
        command.insert(command.end(),
                       {"-device", arch.serial_device, "-chardev",
                        fmt::format("socket,id=channel,fd={}", parts.channel_fd), "-device",
                        fmt::format("virtserialport,chardev=channel,name={}", channel_port)});
    }
    if (parts.terminal_fd >= 0) {
        command.insert(command.end(),
                       {"-chardev", fmt::format("socket,id=terminal,fd={}", parts.terminal_fd),
                        "-device", "virtconsole,chardev=terminal"});
    }
    if (!parts.gdb_socket.empty()) {
        command.insert(command.end(),
                       {"-gdb", fmt::format("unix:{},server=on,wait=off", parts.gdb_socket)});
    }
    return command;
}

} // namespace suture::harness
