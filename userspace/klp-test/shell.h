// Words for a shell to read.
#pragma once

#include <string>
#include <vector>

namespace suture::harness {

// The words as one command line that a shell splits into just these words.
std::string shell_quoted(const std::vector<std::string> &words);

} // namespace suture::harness
