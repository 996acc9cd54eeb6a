// The other texts that have a line for each of something: counters, functions that are hooked,
// kprobes, the keys of the kernel, its options.

#include "fuzz/target.h"
#include "libklp/kernel_config.h"
#include "libklp/kernel_keys.h"
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
    for (const std::string &key : parse_keys(input))
        require(!key.empty());
    (void)KernelConfig(input).has("CONFIG_KPROBES");
}

} // namespace suture::fuzz
