// Prototypes from BTF: the kernel's own in /sys/kernel/btf, or that of a module's file, which is
// split: its types refer to the kernel's.

#pragma once

#include "libklp/prototype.h"

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

struct btf;

namespace suture {

class BtfPrototypes {
  public:
    // Both: nothing where there is no BTF, or none that libbpf understands. What they read may be
    // anything. `base`, the kernel's, is kept by reference.
    static std::optional<BtfPrototypes> read(const std::filesystem::path &path,
                                             const BtfPrototypes *base = nullptr);
    static std::optional<BtfPrototypes> parse(std::string_view bytes, const BtfPrototypes *base);

    // Nothing for a function that is not in it, or is there several times.
    std::optional<Prototype> find(const std::string &function) const;

  private:
    BtfPrototypes(btf *owned, const BtfPrototypes *base);

    std::shared_ptr<btf> btf_;
    std::unordered_map<std::string_view, unsigned> functions_; // type ids; 0: several
};

} // namespace suture
