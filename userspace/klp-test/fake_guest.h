// For the harness's own tests: a target whose QEMU is a script.
#pragma once

#include "runner.h"

#include <filesystem>
#include <fstream>
#include <string>
#include <unistd.h>

namespace suture::harness {

// A folder of its own for a test, laid out as the build folder of one guest, x86_64/6.1.
class FakeGuest {
  public:
    // Its QEMU is testdata/fake-qemu.
    explicit FakeGuest(const std::string &name)
        : build_dir_(std::filesystem::temp_directory_path() /
                     (name + "-" + std::to_string(getpid()))) {
        std::filesystem::create_directories(guest_dir());
        std::ofstream(guest_dir() / "kernel") << "no kernel\n";
        std::ofstream(guest_dir() / "initramfs") << "none\n";
        std::filesystem::create_symlink(TESTDATA "/fake-qemu", guest_dir() / "qemu");
    }
    ~FakeGuest() { std::filesystem::remove_all(build_dir_); }
    FakeGuest(const FakeGuest &) = delete;
    FakeGuest &operator=(const FakeGuest &) = delete;

    // Its QEMU is this shell script, from now on.
    void set_qemu(const std::string &script) const {
        auto qemu = guest_dir() / "qemu";
        std::filesystem::remove(qemu);
        std::ofstream(qemu) << "#!/bin/sh\n" << script << '\n';
        std::filesystem::permissions(qemu, std::filesystem::perms(0755));
    }

    const std::filesystem::path &build_dir() const { return build_dir_; }

    Target target() const {
        Target target;
        target.arch.arch = "x86_64";
        target.arch.qemu = (guest_dir() / "qemu").string();
        target.arch.machine = "q35";
        target.arch.cpu = "max";
        target.arch.accel = "tcg,thread=single";
        target.arch.smp = 2;
        target.arch.memory_mib = 1024;
        target.arch.console = "ttyS0";
        target.arch.serial_device = "virtio-serial-pci";
        target.arch.slowdown = 1;
        target.kernel_name = "6.1";
        target.kernel = guest_dir() / "kernel";
        target.initramfs = guest_dir() / "initramfs";
        target.log_dir = build_dir_ / "logs";
        return target;
    }

  private:
    std::filesystem::path guest_dir() const { return build_dir_ / "x86_64/6.1/guest"; }

    std::filesystem::path build_dir_;
};

} // namespace suture::harness
