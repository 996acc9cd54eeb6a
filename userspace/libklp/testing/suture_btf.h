// BTF for tests, of a kernel and of a Suture on top of it that has the tracepoints that klp knows,
// or nearly so.

#pragma once

#include "libklp/bpf_program.h"
#include "libklp/testing/fake_machine.h"

#include <string>

namespace suture::testing {

struct SutureBtf {
    std::string without = {}; // this tracepoint is not there
    std::string wider = {};   // the last number of this one has another size
    std::string more = {};    // and this one is there besides
    std::string also = {};    // this one has one argument more
    bool has_means = true;
    TaskLayout task = {.pid = 40, .comm = 100, .comm_size = 16}; // comm_size 0: without a comm
};

// Puts both into /sys/kernel/btf of the machine.
void add_btf(FakeMachine &machine, const SutureBtf &what = {});

// That Suture is loaded, as /proc/modules has it.
inline constexpr const char *suture_module = "suture 98304 0 - Live 0xffffffffc0500000 (OE)\n";

} // namespace suture::testing
