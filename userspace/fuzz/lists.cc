// The other texts that have a line for each of something: counters, functions that are redirected,
// the options of the kernel.

#include "fuzz/target.h"
#include "libklp/kernel_config.h"
#include "libklp/stats.h"
#include "libklp/traced_functions.h"

namespace suture::fuzz {

void run(std::string_view input) {
    for (const Stat &stat : parse_stats(input))
        require(!stat.name.empty());
    for (const TracedFunction &function : parse_redirected(input))
        require(!function.name.empty());
    (void)KernelConfig(input).has("CONFIG_KPROBES");
}

} // namespace suture::fuzz
