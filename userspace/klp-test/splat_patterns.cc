// What a fault looks like in the kernel log. The recorded logs in tests/data hold the formats.
#include "console.h"

#include <array>

namespace suture::harness {

namespace {

enum class Where { start, anywhere };

struct Pattern {
    SplatKind kind;
    Where where;
    const char *first;
    // Must follow `first` in the same line; empty where `first` says it all.
    const char *then;
};

struct AllowedSplat {
    const char *text;
    const char *reason;
};

// The first that matches names the kind, so what is particular stands before what is general.
constexpr std::array patterns{
    Pattern{SplatKind::lost_log, Where::anywhere, "printk messages dropped", ""},
    Pattern{SplatKind::panic, Where::anywhere, "Kernel panic - not syncing", ""},

    Pattern{SplatKind::kasan, Where::anywhere, "BUG: KASAN:", ""},
    Pattern{SplatKind::kfence, Where::anywhere, "BUG: KFENCE:", ""},
    Pattern{SplatKind::ubsan, Where::start, "UBSAN: ", ""},
    Pattern{SplatKind::memory_leak, Where::start, "kmemleak: ", "new suspected memory leak"},
    // From there on it finds none.
    Pattern{SplatKind::memory_leak, Where::start, "kmemleak: ", "leak detector disabled"},

    Pattern{SplatKind::soft_lockup, Where::anywhere, "BUG: soft lockup", ""},
    Pattern{SplatKind::hard_lockup, Where::anywhere, "hard LOCKUP", ""},
    Pattern{SplatKind::hard_lockup, Where::anywhere, "Hard LOCKUP", ""},
    Pattern{SplatKind::hard_lockup, Where::start, "watchdog: CPU", "became unstuck"},
    Pattern{SplatKind::hung_task, Where::start, "INFO: task ", "blocked for more than"},
    Pattern{SplatKind::rcu_stall, Where::anywhere, "INFO: rcu", "stall"},
    Pattern{SplatKind::rcu_stall, Where::start, "rcu: INFO: ", "stall"},
    Pattern{SplatKind::rcu_stall, Where::start, "rcu: ", "kthread starved for"},
    Pattern{SplatKind::rcu_stall, Where::anywhere, "rcu_tasks", "stall"},

    Pattern{SplatKind::lockdep, Where::start, "WARNING: possible ", "lock"},
    Pattern{SplatKind::lockdep, Where::start, "WARNING: possible ", "deadlock"},
    Pattern{SplatKind::lockdep, Where::start, "WARNING: inconsistent lock state", ""},
    Pattern{SplatKind::lockdep, Where::start, "WARNING: suspicious RCU usage", ""},
    Pattern{SplatKind::lockdep, Where::start, "WARNING: bad unlock balance", ""},
    Pattern{SplatKind::lockdep, Where::start, "WARNING: held lock freed", ""},
    Pattern{SplatKind::lockdep, Where::start, "WARNING: lock held when returning", ""},
    Pattern{SplatKind::lockdep, Where::start, "WARNING: Nested lock was not taken", ""},
    Pattern{SplatKind::lockdep, Where::start, "WARNING: bad contention detected", ""},
    Pattern{SplatKind::lockdep, Where::start, "WARNING: chain_key collision", ""},
    Pattern{SplatKind::lockdep, Where::start, "WARNING: ", "still has locks held!"},
    Pattern{SplatKind::lockdep, Where::anywhere, "-safe -> ", "-unsafe lock order detected"},
    Pattern{SplatKind::lockdep, Where::start, "INFO: trying to register non-static key", ""},
    Pattern{SplatKind::lockdep, Where::start, "[ BUG: Invalid wait context ]", ""},
    // From there on it proves nothing.
    Pattern{SplatKind::lockdep, Where::start, "BUG: MAX_", "too low!"},
    Pattern{SplatKind::lockdep, Where::start, "DEBUG_LOCKS_WARN_ON(", ""},

    // x86 prints "Oops: 0002 [#1]" or "int3: 0000 [#1]", ppc64le "Oops: Kernel access of bad area",
    // s390x "illegal operation: 0001 ilc:1 [#1]": all count deaths as [#N].
    Pattern{SplatKind::oops, Where::start, "BUG: unable to handle ", ""},
    Pattern{SplatKind::oops, Where::start, "BUG: Unable to handle ", ""},
    Pattern{SplatKind::oops, Where::start, "BUG: kernel NULL pointer dereference", ""},
    Pattern{SplatKind::oops, Where::start, "BUG: Kernel NULL pointer dereference", ""},
    Pattern{SplatKind::oops, Where::start, "Unable to handle kernel ", ""},
    Pattern{SplatKind::oops, Where::start, "kernel tried to execute ", ""},
    Pattern{SplatKind::oops, Where::start, "general protection fault", ""},
    Pattern{SplatKind::oops, Where::start, "Oops: ", ""},
    Pattern{SplatKind::oops, Where::anywhere, " [#", "]"},

    Pattern{SplatKind::bug, Where::anywhere, "kernel BUG at ", ""},
    Pattern{SplatKind::bug, Where::start, "BUG: ", ""},
    Pattern{SplatKind::bug, Where::start, "[ BUG: ", ""},
    // The allocator names the cache: "BUG kmalloc-64 (Not tainted): Poison overwritten".
    Pattern{SplatKind::bug, Where::start, "BUG ", "): "},
    Pattern{SplatKind::bug, Where::start, "list_add corruption", ""},
    Pattern{SplatKind::bug, Where::start, "list_del corruption", ""},
    // These and some of the warnings taint nothing: this line is all that tells of them.
    Pattern{SplatKind::bug, Where::start, "pagealloc: memory corruption", ""},
    Pattern{SplatKind::bug, Where::start, "pagealloc: single bit error", ""},
    Pattern{SplatKind::bug, Where::start, "softirq: huh, entered softirq ", ""},
    Pattern{SplatKind::bug, Where::start, "bad: scheduling from the idle thread!", ""},
    Pattern{SplatKind::out_of_memory, Where::start, "Out of memory: Killed process", ""},
    Pattern{SplatKind::out_of_memory, Where::anywhere, " invoked oom-killer: ", ""},
    // They stand before the line "WARNING: CPU" that the kernel adds, and say more.
    Pattern{SplatKind::warning, Where::start, "ODEBUG: ", ""},
    Pattern{SplatKind::warning, Where::start, "refcount_t: ", ""},
    Pattern{SplatKind::warning, Where::start, "sysfs: cannot create duplicate filename ", ""},
    // It complains of other errors in other words, such as those that failslab provokes.
    Pattern{SplatKind::warning, Where::start, "kobject", "don't try to register things with"},
    Pattern{SplatKind::warning, Where::start, "kobject", ", something is seriously wrong."},
    Pattern{SplatKind::warning, Where::anywhere, "'->init suspiciously returned ", ""},
    Pattern{SplatKind::warning, Where::start, "irq ", ": nobody cared "},
    Pattern{SplatKind::warning, Where::start, "unregister_netdevice: waiting for ",
            "to become free"},
    Pattern{SplatKind::warning, Where::start, "WARNING: ", ""},
    Pattern{SplatKind::warning, Where::start, "------------[ cut here ]------------", ""},
    // s390x shows it in every dump of its registers, that of a warning included.
    Pattern{SplatKind::warning, Where::start, "Krnl PSW : ", ""},
};

// Each with the reason why it says nothing about what is being tested.
constexpr std::array allowed_splats{
    AllowedSplat{"WARNING: Spectre", "a statement about QEMU's CPU model, made once at boot"},
};

} // namespace

std::optional<SplatKind> classify(std::string_view message) {
    for (const auto &allowed : allowed_splats) {
        if (message.find(allowed.text) != std::string_view::npos) {
            return std::nullopt;
        }
    }
    for (const auto &pattern : patterns) {
        auto first = std::string_view(pattern.first);
        auto at = message.find(first);
        if (at == std::string_view::npos || (pattern.where == Where::start && at != 0)) {
            continue;
        }
        if (message.find(pattern.then, at + first.size()) != std::string_view::npos) {
            return pattern.kind;
        }
    }
    return std::nullopt;
}

const char *name_of(SplatKind kind) {
    switch (kind) {
    case SplatKind::panic:
        return "panic";
    case SplatKind::oops:
        return "oops";
    case SplatKind::bug:
        return "BUG";
    case SplatKind::kasan:
        return "KASAN";
    case SplatKind::ubsan:
        return "UBSAN";
    case SplatKind::kfence:
        return "KFENCE";
    case SplatKind::memory_leak:
        return "memory leak";
    case SplatKind::lockdep:
        return "lockdep";
    case SplatKind::rcu_stall:
        return "RCU stall";
    case SplatKind::soft_lockup:
        return "soft lockup";
    case SplatKind::hard_lockup:
        return "hard lockup";
    case SplatKind::hung_task:
        return "hung task";
    case SplatKind::out_of_memory:
        return "out of memory";
    case SplatKind::warning:
        return "warning";
    case SplatKind::lost_log:
        return "lost kernel log";
    }
    return "unknown";
}

} // namespace suture::harness
