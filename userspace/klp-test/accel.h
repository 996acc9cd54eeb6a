// By what QEMU runs guests: by translating their code (TCG), or by the machine's own CPU (KVM).
#pragma once

#include "error.h"
#include "runner.h"

#include <filesystem>
#include <functional>
#include <ostream>
#include <string>
#include <vector>

namespace suture::harness {

enum class Accel {
    // What the record of the architecture says.
    record,
    tcg,
    kvm,
    // KVM where a guest has been seen to boot with it, otherwise what the record says.
    automatic,
};

// The machine that QEMU runs on: what `uname -m` says, and where its KVM is.
struct Host {
    std::string machine;
    std::filesystem::path kvm = "/dev/kvm";
};

Host this_host();

// Whether the host's KVM could run guests of this architecture; an error says why it cannot.
Result<void> check_kvm(const ArchRecord &arch, const Host &host);

// Boots a guest of the target with KVM and runs a test in it. An error says why that did not work;
// it comes soon after `boot_limit` at the latest. That KVM is there does not mean that it works:
// a guest may hang with it at boot.
Result<void> probe_kvm(const Target &target, Seconds boot_limit, int stop_fd);

// Sets what QEMU is told for each target. `probe` is called once at most for each architecture;
// where it fails, or KVM cannot be, a line to `notes` says why. An error where KVM is asked for and
// cannot be.
Result<void> set_accel(std::vector<Target> &targets, Accel accel, const Host &host,
                       const std::function<Result<void>(const Target &)> &probe,
                       std::ostream &notes);

} // namespace suture::harness
