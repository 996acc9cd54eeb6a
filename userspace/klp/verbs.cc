#include "klp/verbs.h"

namespace suture {

namespace {

constexpr const char *a_patch = "the patch, as 'klp status' prints it, or its .ko file";

const Option json{"--json", "", "print JSON", &Arguments::json};
const Option timeout{"-t,--timeout", "SECONDS", "how long to wait for the transition (default 60)",
                     &Arguments::timeout};

} // namespace

const std::vector<Verb> &verbs() {
    static const std::vector<Verb> table{
        {VerbId::status,
         "status",
         "",
         "",
         "show the kernel, the runtime and each patch",
         {{"-w,--watch", "", "show it again at each change, until interrupted", &Arguments::watch},
          json}},
        {VerbId::check,
         "check",
         "",
         "",
         "tell by the exit status: 0 ready, 3 in transition",
         {json}},
        {VerbId::patches,
         "patches",
         "",
         "",
         "show what each loaded patch says of itself",
         {{"-v,--verbose", "", "show all of it", &Arguments::verbosity}, json}},
        {VerbId::load,
         "load",
         "FILE",
         "the patch, a .ko file",
         "load a patch and wait until every task runs it",
         {timeout,
          {"--deadline", "SECONDS",
           "take the patch back if it is not in by then (default 30, 0: never)",
           &Arguments::deadline}}},
        {VerbId::revert,
         "revert",
         "NAME",
         a_patch,
         "disable a patch, wait, and unload it",
         {timeout}},
        {VerbId::enable,
         "enable",
         "NAME",
         a_patch,
         "enable a patch that is being disabled",
         {timeout}},
        {VerbId::disable,
         "disable",
         "NAME",
         a_patch,
         "disable a patch, and leave its module loaded",
         {timeout}},
        {VerbId::make_new,
         "new",
         "NAME",
         "the patch and its folder, which is made",
         "make a folder with the beginnings of a new patch",
         {{"--function", "FUNC", "the function to replace", &Arguments::function, true},
          {"--object", "MOD", "the module that it is in", &Arguments::object}}},
    };
    return table;
}

} // namespace suture
