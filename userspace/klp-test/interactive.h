// A guest for a person: a shell in it, on this terminal.
#pragma once

#include "runner.h"

#include <filesystem>

namespace suture::harness {

struct ShellRequest {
    // Whose files are to be there; empty for none.
    std::filesystem::path folder;
    // Whether gdb may attach to the guest.
    bool gdb = false;
};

// What the guest's shell is told of the terminal that it is on.
struct TerminalKind {
    std::string type;
    unsigned rows = 0;
    unsigned columns = 0;
};

// The suite of one test that is that shell.
Result<Suite> shell_suite(const std::filesystem::path &folder, const TerminalKind &terminal);

// Exits as the shell did; 0 where the escape key ended it.
struct ShellEnd {
    TargetResult result;
    bool escaped = false;
};

Result<ShellEnd> run_shell(const Target &target, const ShellRequest &request, int stop_fd);

} // namespace suture::harness
