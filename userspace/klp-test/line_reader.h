// Cuts a stream of bytes into lines.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace suture::harness {

class LineReader {
  public:
    // Calls `take` with every line that `bytes` completes, without its line ending.
    template<typename Take>
    void feed(std::string_view bytes, Take take) {
        for (char byte : bytes) {
            // A line without an end must not eat the host's memory.
            if (byte == '\n' || partial_.size() >= longest) {
                flush(take);
            }
            if (byte != '\n') {
                partial_ += byte;
            }
        }
    }

    // Calls `take` with what is left of a line that will not be completed.
    template<typename Take>
    void finish(Take take) {
        if (!partial_.empty()) {
            flush(take);
        }
    }

  private:
    static constexpr std::size_t longest = 1 << 20;

    template<typename Take>
    void flush(Take take) {
        std::string line;
        line.swap(partial_);
        while (!line.empty() && line.back() == '\r') {
            line.pop_back();
        }
        take(std::string_view(line));
    }

    std::string partial_;
};

} // namespace suture::harness
