// One running QEMU and what connects klp-test to it: console, channel, logs.
#pragma once

#include "arch_record.h"
#include "error.h"
#include "fd.h"
#include "overlay.h"
#include "process.h"

#include <filesystem>
#include <string>
#include <vector>

namespace suture::harness {

struct GuestConfig {
    ArchRecord arch;
    std::filesystem::path kernel;
    std::filesystem::path initramfs;
    std::vector<OverlayFile> overlay;
    std::vector<std::string> kernel_arguments;
    // Handed to QEMU as it is, for a terminal of the guest; -1 for none.
    int terminal_fd = -1;
    // Where gdb can attach; empty for nowhere.
    std::filesystem::path gdb_socket;
    // False makes a guest that cannot report.
    bool channel = true;
    // Where its logs go; made by boot().
    std::filesystem::path log_dir;
};

class Guest {
  public:
    static Result<Guest> boot(const GuestConfig &config);

    pid_t pid() const { return qemu_.pid(); }
    int ended_fd() const { return qemu_.pidfd(); }
    int console_fd() const { return console_.get(); }
    int channel_fd() const { return channel_.get(); }

    // What has come in since the last call, which is also kept in the logs; empty at its end too,
    // and then the descriptor is closed.
    Result<std::string> read_console();
    Result<std::string> read_channel();
    Result<void> send(const std::string &orders);

    // Ends QEMU if it has not ended by itself.
    ExitStatus end() { return qemu_.end(); }
    // What QEMU itself had to say.
    std::string qemu_messages() const;

  private:
    Guest(Process qemu, UniqueFd console, UniqueFd channel, UniqueFd console_log,
          UniqueFd channel_log, std::filesystem::path log_dir);

    Process qemu_;
    UniqueFd console_;
    UniqueFd channel_;
    UniqueFd console_log_;
    UniqueFd channel_log_;
    std::filesystem::path log_dir_;
};

} // namespace suture::harness
