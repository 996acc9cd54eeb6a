#include "klp/verbs.h"

namespace suture {

namespace {

const Option json{"--json", "", "print JSON", &Arguments::json};
const Option timeout{"-t,--timeout", "SECONDS", "how long to wait for the transition (default 60)",
                     &Arguments::timeout};
const Option deadline{"--deadline", "SECONDS",
                      "take it back if not in by then (default 30, 0: never)",
                      &Arguments::deadline};
const Option yes{"-y,--yes", "", "do not ask where the kernel is not well", &Arguments::yes};
const Option non_interactive{"-n,--non-interactive", "", "refuse where klp would ask",
                             &Arguments::non_interactive};

Option package(const char *what) {
    return {"--package", "PACKAGE", what, &Arguments::package};
}

Option kernel(const char *what) {
    return {"-k,--kernel", "RELEASE", what, &Arguments::kernel};
}

// One of those flags that exclude each other.
Option exclusive(const char *name, const char *what, bool Arguments::*flag) {
    return {.names = name, .value = "", .what = what, .target = flag, .exclusive = true};
}

} // namespace

const char *name_of(Subject subject) {
    switch (subject) {
    case Subject::none:
        return "";
    case Subject::file:
        return "FILE";
    case Subject::files:
        return "FILE...";
    case Subject::patch:
    case Subject::stored:
    case Subject::folder:
        return "NAME";
    case Subject::built:
        return "DIR";
    }
    return "";
}

bool is_optional(Subject subject) {
    return subject == Subject::stored;
}

const char *description_of(Subject subject) {
    switch (subject) {
    case Subject::none:
        return "";
    case Subject::patch:
        return "the patch, as 'klp status' prints it, or its .ko file";
    case Subject::file:
        return "the patch, a .ko file";
    case Subject::files:
        return "patches, .ko files that say which version they are";
    case Subject::stored:
        return "a patch, as 'klp list' prints it, or its name alone";
    case Subject::folder:
        return "the patch and its folder, which is made";
    case Subject::built:
        return "the folder with the patch's module, a .ko file";
    }
    return "";
}

std::vector<std::string> names_of(const Option &option) {
    const std::string names = option.names;
    const size_t comma = names.find(',');
    if (comma == names.npos)
        return {names};
    return {names.substr(0, comma), names.substr(comma + 1)};
}

std::vector<std::string> excluded_by(const Verb &verb, const Option &option) {
    std::vector<std::string> names;
    for (const Option &other : verb.options) {
        if (option.exclusive && other.exclusive && other.target != option.target)
            names.push_back(names_of(other).back());
    }
    return names;
}

const std::vector<Verb> &verbs() {
    static const std::vector<Verb> table{
        {VerbId::status,
         "status",
         Subject::none,
         "show the kernel, the runtime and each patch",
         {{"-w,--watch", "", "show it again at each change, until interrupted", &Arguments::watch},
          json}},
        {VerbId::check,
         "check",
         Subject::none,
         "tell by the exit status: 0 ready, 3 in transition",
         {{"--reboot", "", "tell instead whether a reboot would lose the patch",
           &Arguments::reboot},
          kernel("what a reboot would be into (default: the newest)"),
          json}},
        {VerbId::doctor,
         "doctor",
         Subject::none,
         "tell whether this machine can be patched",
         {json}},
        {VerbId::patches,
         "patches",
         Subject::none,
         "show what each loaded patch says of itself",
         {{"-v,--verbose", "", "show all of it; twice: also whose code is live",
           &Arguments::verbosity},
          json}},
        {VerbId::blocking,
         "blocking",
         Subject::none,
         "show which tasks a transition waits for, and why",
         {{"-v,--verbose", "", "show command lines too; twice: stacks too", &Arguments::verbosity},
          {"--forced", "", "show instead what transitions were forced over", &Arguments::forced},
          json}},
        {VerbId::events,
         "events",
         Subject::none,
         "show each step of transitions as it happens",
         {{"-n,--count", "N", "end after so many events", &Arguments::count},
          {"-t,--timeout", "SECONDS", "end after so long (default: when interrupted)",
           &Arguments::follow_for},
          {"-v,--verbose", "", "tell whether libbpf or tracefs is used", &Arguments::verbosity},
          json}},
        {VerbId::uname,
         "uname",
         Subject::none,
         "print the kernel's release with what is patched on top",
         {json}},
        {VerbId::metrics,
         "metrics",
         Subject::none,
         "print all of that for Prometheus",
         {{"-o,--output", "FILE", "replace this file instead of printing", &Arguments::output}}},
        {VerbId::verify,
         "verify",
         Subject::file,
         "tell what is wrong with a patch before it is loaded",
         {json}},
        {VerbId::load,
         "load",
         Subject::file,
         "load a patch and wait until every task runs it",
         {timeout, deadline}},
        {VerbId::revert,
         "revert",
         Subject::patch,
         "disable a patch, wait, and unload it",
         {timeout}},
        {VerbId::enable,
         "enable",
         Subject::patch,
         "enable a patch that is being disabled",
         {timeout}},
        {VerbId::disable,
         "disable",
         Subject::patch,
         "disable a patch, and leave its module loaded",
         {timeout}},
        {VerbId::unload,
         "unload",
         Subject::patch,
         "unload the module of a patch that is disabled",
         {timeout}},
        {VerbId::force,
         "force",
         Subject::patch,
         "complete a transition over the tasks in its way",
         {{"-y,--yes", "", "do not ask; whom it overrides is shown all the same", &Arguments::yes},
          timeout}},
        {VerbId::install,
         "install",
         Subject::files,
         "put patches into the store, each for its kernel",
         {{"--activate", "", "go to it too, whether it is later or earlier", &Arguments::activate},
          package("note that this package brings it"),
          yes,
          non_interactive,
          timeout,
          deadline}},
        {VerbId::remove,
         "remove",
         Subject::stored,
         "take a patch out of the store",
         {{"--revert", "", "take it out of the kernel too, if it is there", &Arguments::revert},
          package("all that this package brought"),
          kernel("of this kernel (default: the running one)"),
          {"-y,--yes", "", "do not ask where several versions have that name", &Arguments::yes},
          non_interactive,
          timeout}},
        {VerbId::list,
         "list",
         Subject::none,
         "show the store: installed, available, active",
         {{"--kernels", "", "show instead what each installed kernel will load",
           &Arguments::kernels},
          kernel("only of this kernel"),
          json}},
        {VerbId::lifecycle,
         "lifecycle",
         Subject::none,
         "show until when each patch of the store is meant to be used",
         {kernel("only of this kernel"), json}},
        {VerbId::upgrade,
         "upgrade",
         Subject::none,
         "go to the last version that is installed",
         {kernel("for the next boot of this kernel"), yes, non_interactive, timeout, deadline}},
        {VerbId::downgrade,
         "downgrade",
         Subject::none,
         "go back to an earlier version",
         {{"--to", "VERSION", "to this one (default: the one before)", &Arguments::version},
          kernel("for the next boot of this kernel"),
          yes,
          non_interactive,
          timeout,
          deadline}},
        {VerbId::apply,
         "apply",
         Subject::none,
         "load the active version, as at boot",
         {exclusive("--at-boot", "count this boot as failed until it is said to be good",
                    &Arguments::at_boot),
          exclusive("--booted", "load nothing; this boot went well", &Arguments::booted),
          exclusive("--again", "load it though the last boot that did so failed",
                    &Arguments::again),
          timeout, deadline}},
        {VerbId::make_new,
         "new",
         Subject::folder,
         "make a folder with the beginnings of a new patch",
         {{"--function", "FUNC", "the function to replace", &Arguments::function, true},
          {"--object", "MOD", "the module that it is in", &Arguments::object}},
         Audience::authors},
        {VerbId::make_package,
         "package",
         Subject::built,
         "make packages of a patch, for its kernel",
         {{"-o,--output", "FOLDER", "put them there (default: here)", &Arguments::output},
          {"--format", "FORMAT", "deb or rpm (default: both)", &Arguments::format}},
         Audience::authors},
    };
    return table;
}

} // namespace suture
