// Names of patches as people give them, checked before they come near a path.

#pragma once

#include "libklp/result.h"

#include <string>
#include <string_view>

namespace suture {

// A name that a kernel module can have. '-' and '_' count as the same, as they do for modprobe.
class PatchName {
  public:
    static Result<PatchName> parse(std::string_view text);

    const std::string &text() const { return text_; }

    bool operator==(const PatchName &other) const = default;

    // Whether this names what the kernel calls `kernel_name`.
    bool matches(std::string_view kernel_name) const;

  private:
    explicit PatchName(std::string text) : text_(std::move(text)) {}

    std::string text_; // with '_' throughout, as Kbuild names modules
};

} // namespace suture
