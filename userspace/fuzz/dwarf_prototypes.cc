// The DWARF of a patch's file. libdw is known to crash on some of it, for which klp is made; that
// it reads for ever, or a misuse of what it tells, is a finding.

#include "libklp/dwarf_prototypes.h"
#include "fuzz/target.h"
#include "fuzz/worker.h"

// Misuse of memory by the libraries themselves is theirs. The sanitizer asks by this name.
extern "C" const char *__asan_default_suppressions() { // NOLINT(bugprone-reserved-identifier)
    return "interceptor_via_lib:libdw\ninterceptor_via_lib:libelf\n";
}

namespace suture::fuzz {

namespace {

const Names functions{"sample_show", "sample_mixed", "sample_by_value", "sample_variadic"};

void read(std::string_view input) {
    for (const auto &[name, prototypes] : dwarf_prototypes(std::string(input), functions)) {
        require(functions.count(name) != 0);
        for (const Prototype &prototype : prototypes)
            require(differences(prototype, prototype).empty());
    }
}

} // namespace

void run(std::string_view input) {
    static Worker worker(read);
    require(worker.run(input));
}

} // namespace suture::fuzz
