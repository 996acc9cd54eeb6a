// klp's verbs and their options, in one table: the command line is parsed by it, and --help, the
// manual page and the completions of shells are made from it.

#pragma once

#include <limits>
#include <string>
#include <variant>
#include <vector>

namespace suture {

constexpr double default_timeout = 60;
// Tasks that sleep in the way are woken after half of it, where nobody has set that otherwise.
constexpr double default_deadline = 30;
constexpr double longest_timeout = 1e6; // a good eleven days, and far from any overflow

// What was given on the command line.
struct Arguments {
    std::string subject; // a patch, its file, or the folder of a new one
    std::vector<std::string> files;
    double timeout = default_timeout;
    double deadline = default_deadline;
    double follow_for = std::numeric_limits<double>::infinity();
    unsigned count = 0; // of events to show; 0 if that was not given
    bool json = false;
    bool watch = false;
    bool forced = false;
    bool yes = false;
    bool non_interactive = false;
    bool activate = false;
    bool revert = false;
    bool at_boot = false; // these three: what an apply is for
    bool booted = false;
    bool again = false;
    bool kernels = false; // instead of patches
    bool reboot = false;  // whether there may be one, instead of a transition
    unsigned verbosity = 0;
    std::string function;
    std::string object;
    std::string output;
    std::string kernel; // its release
    std::string version;
    std::string package; // its name
    std::string format;  // of a package
};

struct Option {
    // Of type unsigned: a number, or how often the flag is given.
    using Target = std::variant<bool Arguments::*, unsigned Arguments::*, double Arguments::*,
                                std::string Arguments::*>;

    const char *names; // "-t,--timeout"
    const char *value; // what it takes, empty for a flag
    const char *what;
    Target target;
    bool required = false;
    bool exclusive = false; // of a verb's options that are so, one at most is given
};

enum class VerbId {
    status,
    check,
    doctor,
    patches,
    blocking,
    events,
    uname,
    metrics,
    verify,
    load,
    revert,
    enable,
    disable,
    unload,
    force,
    install,
    remove,
    list,
    lifecycle,
    upgrade,
    downgrade,
    apply,
    make_new,
    make_package,
};

// What a verb is about.
enum class Subject { none, patch, file, files, stored, folder, built };

enum class Audience { administrators, authors };

struct Verb {
    VerbId id;
    const char *name;
    Subject subject;
    const char *summary;
    std::vector<Option> options;
    Audience audience = Audience::administrators;
};

// "NAME", "FILE", "FILE...", "DIR", or empty.
const char *name_of(Subject subject);

// Whether it can be left out.
bool is_optional(Subject subject);

// What to give there.
const char *description_of(Subject subject);

// "-t,--timeout" in two.
std::vector<std::string> names_of(const Option &option);

// The names of the verb's options that cannot be given with that one.
std::vector<std::string> excluded_by(const Verb &verb, const Option &option);

// In the order of the help.
const std::vector<Verb> &verbs();

} // namespace suture
