#include "libklp/kernel_fault.h"

#include <algorithm>

namespace suture {

namespace {

using std::string_view;

struct Sign {
    const char *first; // the line begins with it
    const char *then;  // and has this in it; empty where `first` says it all
};

// Each architecture counts its oopses as [#N]: powerpc behind "Oops: " and a reason, s390 and the
// x86 of 6.1 behind the name of the exception, which is mostly "Oops", that of 6.12 behind "Oops: "
// and that name.
constexpr Sign signs[] = {
    {"BUG: ", ""},
    {"[ BUG: ", ""},
    {"kernel BUG at ", ""},
    {"Kernel BUG at ", ""},
    {"watchdog: BUG: soft lockup", ""},
    {"INFO: task ", " blocked for more than "},
    {"Unable to handle kernel ", ""},
    {"Oops: ", " [#"},
    {"general protection fault", " [#"},
    {"invalid opcode: ", " [#"},
    {"divide error: ", " [#"},
    {"stack segment: ", " [#"},
    {"int3: ", " [#"},
    {"illegal operation: ", " [#"},
    {"monitor event: ", " [#"},
    {"addressing exception: ", " [#"},
    {"specification exception: ", " [#"},
    {"privileged operation: ", " [#"},
    {"Low-address protection: ", " [#"},
    {"Unknown program exception: ", " [#"},
};

bool shows(string_view text, const Sign &sign) {
    return text.starts_with(sign.first) && text.find(sign.then) != text.npos;
}

// Whether a number of a process stands there: "[12]: ", "(12) ", "/12: ".
bool is_pid(string_view text) {
    if (text.empty() || string_view("[(/").find(text.front()) == text.npos)
        return false;
    text.remove_prefix(1);
    const size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
    if (digits == 0)
        return false;
    text.remove_prefix(digits);
    if (text.starts_with(']') || text.starts_with(')'))
        text.remove_prefix(1);
    return text.starts_with(": ") || text.starts_with(' ');
}

// What the kernel says of a process mostly begins with its name, which can be anything, such as
// "Oops: 0000 [#1]": "NAME[12]: segfault at 0", "NAME (12): ", "NAME invoked oom-killer: ".
bool is_about_process(string_view text) {
    constexpr size_t longest_name = 15; // TASK_COMM_LEN, without the terminating NUL
    for (size_t at = 0; at <= longest_name + 1 && at < text.size(); ++at) {
        if (is_pid(text.substr(at)))
            return true;
    }
    return text.find(" invoked oom-killer: ") != text.npos || text.find(", mode:0x") != text.npos;
}

} // namespace

bool is_kernel_fault(string_view message) {
    return std::any_of(std::begin(signs), std::end(signs),
                       [&](const Sign &sign) { return shows(message, sign); }) &&
           !is_about_process(message);
}

} // namespace suture
