// Bytes as nobody meant them, for what has to bear any.

#pragma once

#include <random>
#include <string>

namespace suture::testing {

// With so many bytes, some of them maybe the same one, replaced by others.
inline std::string damaged(std::string bytes, std::mt19937 &random, unsigned changes) {
    for (unsigned change = 0; change < changes && !bytes.empty(); ++change)
        bytes[random() % bytes.size()] = static_cast<char>(random());
    return bytes;
}

} // namespace suture::testing
