#include "libklp/kernel_symbols.h"

#include "libklp/sysfs.h"
#include "libklp/text.h"

#include <algorithm>
#include <charconv>
#include <fmt/format.h>
#include <unistd.h>

namespace suture {

namespace {

using std::string_view;

// Of distributions' kernels they are some ten megabytes. Positions in it have 32 bits.
constexpr size_t symbols_limit = size_t(256) << 20;
constexpr size_t modules_limit = size_t(4) << 20;

std::optional<uint64_t> number_of(string_view text, int base) {
    uint64_t number = 0;
    if (base == 16 && text.starts_with("0x"))
        text.remove_prefix(2);
    const auto [stop, problem] =
        std::from_chars(text.data(), text.data() + text.size(), number, base);
    return problem == std::errc() && stop == text.data() + text.size() && !text.empty()
               ? std::optional(number)
               : std::nullopt;
}

// "ffffffff81000000 T do_it", and behind a tab "[ext4]" where it is a module's.
struct Parts {
    std::optional<uint64_t> address;
    char type = 0;
    string_view name;
    string_view module;
};

Parts parts_of(string_view line) {
    Parts parts;
    parts.address = number_of(take_word(line), 16);
    const string_view type = take_word(line);
    parts.type = type.empty() ? '\0' : type.front();
    parts.name = take(line, '\t');
    if (line.starts_with('[') && line.ends_with(']'))
        parts.module = line.substr(1, line.size() - 2);
    return parts;
}

bool is_code(char type) {
    return string_view("tTwW").find(type) != string_view::npos;
}

uint64_t end_of_page(uint64_t address) {
    const auto page = static_cast<uint64_t>(sysconf(_SC_PAGESIZE));
    return address / page * page + page;
}

} // namespace

Result<KernelSymbols> KernelSymbols::open(const Roots &roots) {
    Result<std::vector<Module>> modules = read_modules(roots.proc);
    if (!modules)
        return fail(modules.error());
    // The same rule hides the addresses of modules and of symbols.
    const bool hidden = std::any_of(modules->begin(), modules->end(),
                                    [](const Module &module) { return module.begin == 0; });
    if (hidden)
        return fail({.code = ErrorCode::no_permission,
                     .action = "read",
                     .subject = roots.proc / "kallsyms",
                     .why = "the kernel does not show its addresses",
                     .hint = "see the sysctl kernel.kptr_restrict"});
    return KernelSymbols(roots, std::move(*modules));
}

bool KernelSymbols::is_before(const Symbol &a, const Symbol &b) {
    return a.address < b.address;
}

// "ext4 1003520 1 jbd2, Live 0xffffffffc0a00000", by address.
Result<std::vector<KernelSymbols::Module>>
KernelSymbols::read_modules(const std::filesystem::path &proc) {
    const Result<std::string> text = read_text(proc / "modules", modules_limit);
    if (!text)
        return fail(text.error());
    std::vector<Module> modules;
    for (string_view rest = *text; !rest.empty();) {
        string_view line = take(rest, '\n');
        Module module{.name = std::string(take_word(line))};
        module.size = number_of(take_word(line), 10).value_or(0);
        for (int word = 0; word < 3; ++word) // users, their names, the state
            take_word(line);
        module.begin = number_of(take_word(line), 16).value_or(0);
        modules.push_back(std::move(module));
    }
    std::sort(modules.begin(), modules.end(),
              [](const Module &a, const Module &b) { return a.begin < b.begin; });
    return modules;
}

std::string KernelSymbols::describe(uint64_t address) {
    refresh();
    const Module *module = module_of(address);
    const auto symbols = symbols_.find(module == nullptr ? "" : module->name);
    const auto found = symbols == symbols_.end()
                           ? std::nullopt
                           : find(symbols->second, address, module != nullptr);
    if (!found)
        return fmt::format("{:#x}", address);
    return fmt::format("{}+{:#x}/{:#x}{}", found->name, address - found->begin,
                       found->end - found->begin,
                       module == nullptr ? "" : fmt::format(" [{}]", module->name));
}

void KernelSymbols::refresh() {
    const Result<std::vector<Module>> now = read_modules(proc_);
    if (!text_.empty() && now && *now == modules_)
        return;
    if (now)
        modules_ = *now;
    read();
}

void KernelSymbols::read() {
    symbols_.clear();
    text_ = read_text(proc_ / "kallsyms", symbols_limit).value_or("");
    for (string_view rest = text_; !rest.empty();) {
        const auto position = static_cast<uint32_t>(text_.size() - rest.size());
        const Parts parts = parts_of(take(rest, '\n'));
        if (!parts.address)
            continue;
        auto owner = symbols_.find(parts.module);
        if (owner == symbols_.end())
            owner = symbols_.emplace(std::string(parts.module), Symbols()).first;
        owner->second.push_back({.address = *parts.address, .line = position});
    }
    for (auto &[module, symbols] : symbols_)
        std::stable_sort(symbols.begin(), symbols.end(), is_before);
}

// The memory that a module says it has may be in several pieces, of which the code is the first.
const KernelSymbols::Module *KernelSymbols::module_of(uint64_t address) const {
    const auto next =
        std::upper_bound(modules_.begin(), modules_.end(), address,
                         [](uint64_t value, const Module &module) { return value < module.begin; });
    if (next == modules_.begin())
        return nullptr;
    const Module &module = *std::prev(next);
    return address - module.begin < module.size ? &module : nullptr;
}

// The closest symbol before the address, if that is code. It ends where the next one is. Behind the
// last of a module's code that is not to be seen: it ends with a page; the kernel's own is never
// last.
std::optional<KernelSymbols::Found> KernelSymbols::find(const Symbols &symbols, uint64_t address,
                                                        bool in_module) const {
    const Symbol wanted{.address = address};
    const auto next = std::upper_bound(symbols.begin(), symbols.end(), wanted, is_before);
    if (next == symbols.begin() || (next == symbols.end() && !in_module))
        return std::nullopt;
    // Of several names for an address the kernel takes the first.
    const auto best = std::lower_bound(symbols.begin(), next, *std::prev(next), is_before);
    const Parts parts = parts_of(line_of(*best));
    if (!is_code(parts.type))
        return std::nullopt;
    const bool is_last =
        next == symbols.end() || (in_module && !is_code(parts_of(line_of(*next)).type));
    return Found{.name = parts.name,
                 .begin = best->address,
                 .end = is_last ? end_of_page(address) : next->address};
}

string_view KernelSymbols::line_of(const Symbol &symbol) const {
    string_view rest = string_view(text_).substr(symbol.line);
    return take(rest, '\n');
}

} // namespace suture
