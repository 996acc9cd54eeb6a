// The other texts that have a line for each of something: counters, functions that are hooked,
// kprobes, the options of the kernel.

#include "fuzz/target.h"
#include "libklp/kernel_config.h"
#include "libklp/kprobes.h"
#include "libklp/stats.h"
#include "libklp/traced_functions.h"

namespace suture::fuzz {

void run(std::string_view input) {
    for (const Stat &stat : parse_stats(input))
        require(!stat.name.empty());
    for (const TracedFunction &function : parse_traced(input))
        require(!function.name.empty());
    for (const Kprobe &kprobe : parse_kprobes(input))
        require(!kprobe.object.empty() && !kprobe.function.empty());
    (void)KernelConfig(input).has("CONFIG_KPROBES");
}

} // namespace suture::fuzz
