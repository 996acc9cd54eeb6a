// The command klp: its arguments, its verbs, its exit status.

#pragma once

#include "libklp/clock.h"
#include "libklp/environment.h"
#include "libklp/module_loader.h"

#include <istream>
#include <ostream>
#include <string>
#include <vector>

namespace suture {

struct Terminal {
    std::ostream &out;             // data
    std::ostream &err;             // diagnostics and progress
    bool color = false;            // for `out`
    bool redraw = false;           // `out` is a terminal that can be cleared
    unsigned progress_columns = 0; // the width of `err`, 0 if it is no terminal
    std::istream *in = nullptr;    // answers of a person, if there is one to be asked
};

// People's scripts depend on these.
enum ExitStatus : int {
    exit_done = 0,
    exit_failed = 1,
    exit_usage = 2,
    exit_in_transition = 3,
};

// `arguments` without the program's name.
int run_command(std::vector<std::string> arguments, const Environment &environment,
                ModuleLoader &loader, Clock &clock, const Terminal &terminal);

} // namespace suture
