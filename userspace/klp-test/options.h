// The command line of klp-test, as it was given.
#pragma once

#include "accel.h"
#include "interactive.h"
#include "patch_source.h"
#include "selection.h"
#include "targets.h"
#include "trial.h"

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

namespace suture::harness {

enum class Verb { run, exec, shell, trial, selfcheck };

struct Options {
    Verb verb = Verb::run;
    TargetChoice choice{{}, {}, "build", "", ""};
    Accel accel = Accel::record;
    Selection selection;
    // 0: as many as the machine bears.
    unsigned jobs = 0;
    std::string json, junit, ktap;
    bool annotations = false;
    // In seconds; 0: as usual.
    long timeout = 0;
    std::vector<std::string> command;
    ShellRequest shell;
    PatchChoice patch;
    TrialRequest trial;
    std::string html;
};

// Adds all verbs to `app`, whose parse() then fills in `options`.
void define_options(CLI::App &app, Options &options);

} // namespace suture::harness
