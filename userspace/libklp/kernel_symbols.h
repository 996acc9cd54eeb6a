// Addresses in the kernel's code as the kernel itself prints them. Unlike KernelFunctions, this is
// about a few addresses, each asked for when it comes.

#pragma once

#include "libklp/environment.h"
#include "libklp/result.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace suture {

class KernelSymbols {
  public:
    // Reads no more yet than which modules there are. ErrorCode::no_permission where the kernel
    // does not show us its addresses; else fails as reading does.
    static Result<KernelSymbols> open(const Roots &roots);

    // "do_it+0x5/0x9 [ext4]", or the bare address where there is no symbol or none can be read. All
    // symbols are read when the first address comes, and anew when modules have come or gone.
    std::string describe(uint64_t address);

  private:
    struct Module {
        std::string name;
        uint64_t begin = 0;
        uint64_t size = 0;
        bool operator==(const Module &) const = default;
    };
    // A line in the text, by its position there: all of them are hundreds of thousands.
    struct Symbol {
        uint64_t address = 0;
        uint32_t line = 0;
    };
    struct Found {
        std::string_view name;
        uint64_t begin = 0;
        uint64_t end = 0;
    };
    using Symbols = std::vector<Symbol>; // by address, those of one in the order of the kernel

    KernelSymbols(const Roots &roots, std::vector<Module> modules)
        : proc_(roots.proc), modules_(std::move(modules)) {}

    static Result<std::vector<Module>> read_modules(const std::filesystem::path &proc);
    static bool is_before(const Symbol &a, const Symbol &b);
    void refresh();
    void read();
    const Module *module_of(uint64_t address) const;
    std::optional<Found> find(const Symbols &symbols, uint64_t address, bool in_module) const;
    std::string_view line_of(const Symbol &symbol) const;

    std::filesystem::path proc_;
    std::vector<Module> modules_; // that were there when the symbols were read
    std::string text_;            // of kallsyms; empty if it is yet to be read
    std::map<std::string, Symbols, std::less<>> symbols_; // by module, the kernel's own under ""
};

} // namespace suture
