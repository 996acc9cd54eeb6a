// Work that may crash.

#pragma once

#include <functional>
#include <string>
#include <tl/expected.hpp>

namespace suture {

// Does `work` in a process of its own, and returns what it returned. For libraries that read what
// may be hostile: a crash, an endless loop or too much memory ends that process alone, and the
// failure here says which.
tl::expected<std::string, std::string> run_isolated(const std::function<std::string()> &work);

} // namespace suture
