#include "shell.h"

#include <fmt/format.h>

namespace suture::harness {

std::string shell_quoted(const std::vector<std::string> &words) {
    std::string line;
    for (const auto &word : words) {
        std::string quoted;
        for (char byte : word) {
            quoted += byte == '\'' ? std::string("'\\''") : std::string(1, byte);
        }
        line += fmt::format("{}'{}'", line.empty() ? "" : " ", quoted);
    }
    return line;
}

} // namespace suture::harness
