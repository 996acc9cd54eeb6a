#include "libklp/secure_boot.h"

#include "libklp/elf_notes.h"
#include "libklp/file.h"
#include "libklp/sysfs.h"

#include <system_error>

namespace suture {

namespace {

namespace fs = std::filesystem;

// Four bytes of attributes come before the variable's value, which is one byte.
SecureBoot of_efi(const fs::path &variables) {
    constexpr const char *name = "SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c";
    constexpr size_t attributes = 4;
    const auto variable = read_file(variables / name, attributes + 1);
    if (variable && variable->size() == attributes + 1)
        return variable->back() == 0 ? SecureBoot::off : SecureBoot::on;
    // Without any variables efivarfs is not mounted.
    std::error_code absent;
    const bool empty = fs::is_empty(variables, absent);
    const bool mounted = !absent && !empty;
    return mounted && !is_there(variables / name) ? SecureBoot::absent : SecureBoot::unknown;
}

// Of POWER, as the kernel takes it from there: a node of OPAL's, or a number of PowerVM's, of which
// 1 stands for finding out and saying what is not signed.
SecureBoot of_device_tree(const fs::path &tree) {
    constexpr uint64_t only_audited = 1;
    const auto mode = read_file(tree / "ibm,secure-boot", sizeof(uint32_t));
    if (is_there(tree / "ibm,secureboot/os-secureboot-enforcing") ||
        (mode && number_in(*mode, std::endian::big) > only_audited))
        return SecureBoot::on;
    return mode || is_there(tree / "ibm,secureboot") ? SecureBoot::off : SecureBoot::absent;
}

} // namespace

SecureBoot secure_boot(const Environment &environment) {
    const fs::path firmware = environment.roots.sys / "firmware";
    if (is_there(firmware / "efi"))
        return of_efi(firmware / "efi/efivars");
    const Result<bool> secure_ipl = read_flag(firmware / "ipl/secure"); // of s390x
    if (secure_ipl)
        return *secure_ipl ? SecureBoot::on : SecureBoot::off;
    return of_device_tree(environment.roots.proc / "device-tree");
}

} // namespace suture
