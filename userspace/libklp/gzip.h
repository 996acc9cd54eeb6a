// Unpacking what gzip packed.

#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace suture {

// Nothing where that is no whole gzip file, or more than `limit` bytes come out of it.
std::optional<std::string> gunzip(std::string_view packed, size_t limit);

} // namespace suture
