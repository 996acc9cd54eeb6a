// /proc/suture/blockers, and how klp shows it.

#include "libklp/blockers.h"
#include "fuzz/target.h"
#include "klp/output.h"

#include <sstream>

namespace suture::fuzz {

void run(std::string_view input) {
    const std::vector<Blocking> transitions = parse_blockers(input);
    std::ostringstream out;
    TextOutput(out, false, 2).blocking(transitions, false);
    TextOutput(out, false, 2).blocking(transitions, true);
    JsonOutput(out).blocking(transitions, false);
}

} // namespace suture::fuzz
