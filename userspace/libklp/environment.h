// Where libklp finds the machine. Nothing else in the library names an absolute path or asks who
// the machine is, so a test can put a whole machine in a temporary directory.

#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <sys/types.h>

namespace suture {

struct Roots {
    std::filesystem::path root = "/";
    std::filesystem::path sys = "/sys";
    std::filesystem::path proc = "/proc";
    std::filesystem::path lib = "/lib";
    std::filesystem::path modules = "/lib/modules";
    std::filesystem::path run = "/run";
    std::filesystem::path kmsg = "/dev/kmsg";
    std::filesystem::path boot = "/boot";
    std::filesystem::path etc = "/etc";
    std::filesystem::path usr = "/usr";
    std::filesystem::path store = "/var/lib/suture";
};

struct Kernel {
    std::string release; // as uname -r
    std::string machine; // as uname -m
};

struct Environment {
    Roots roots;
    std::function<Kernel()> kernel;
    // As KEYCTL_SEARCH of keyctl(2) does for keys of the type "asymmetric": a serial number, or an
    // errno value, negative.
    std::function<int(int ring, const std::string &description)> find_key;
    // Who alone may have written what is loaded from the store.
    uid_t trusted_user = 0;
};

Environment this_machine();

} // namespace suture
