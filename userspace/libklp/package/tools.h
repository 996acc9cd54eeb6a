// The programs that make packages are the package systems' own.

#pragma once

#include <string>
#include <tl/expected.hpp>
#include <vector>

namespace suture {

struct ToolRun {
    int status = 0;     // its exit status; of one that a signal ended, that and 128
    std::string output; // stdout and stderr
};

class Tools {
  public:
    virtual ~Tools() = default;

    // Runs command[0], which is looked for in PATH, with "NAME=VALUE" of `variables` in its
    // environment. Fails with an errno where it cannot be run: ENOENT if there is no such program.
    virtual tl::expected<ToolRun, int> run(const std::vector<std::string> &command,
                                           const std::vector<std::string> &variables);
};

} // namespace suture
