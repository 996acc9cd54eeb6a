// What was found out about a patch before it is loaded.

#pragma once

#include "libklp/error.h"

#include <string>

namespace suture {

enum class Verdict {
    ok,
    unknown, // could not be checked, or not yet
    warning, // doubtful
    error,   // certainly wrong: the kernel refuses the patch, or should
};

struct CheckResult {
    std::string check; // "prototype"; these stay the same
    Verdict verdict = Verdict::ok;
    std::string object = {}; // these two where it is about one
    std::string function = {};
    std::string what = {};
    std::string hint = {};               // what to do, unless it is ok
    ErrorCode code = ErrorCode::refused; // of an error, for a load that is refused for it
};

// "ok", "unknown", "warning", "error"
const char *to_text(Verdict verdict);

// "object 'vmlinux': function 'do_it': there is no such function", for people.
std::string to_text(const CheckResult &result);

} // namespace suture
