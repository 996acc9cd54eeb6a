#include "libklp/testing/gzip.h"

#include <stdexcept>
#include <zlib.h>

namespace suture::testing {

std::string gzip(const std::string &text) {
    constexpr int gzip_window = MAX_WBITS + 16;
    constexpr int usual_memory = 8;
    z_stream stream = {};
    if (deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, gzip_window, usual_memory,
                     Z_DEFAULT_STRATEGY) != Z_OK)
        throw std::runtime_error("cannot begin to compress");
    std::string packed(deflateBound(&stream, text.size()), '\0');
    stream.next_in = reinterpret_cast<Bytef *>(const_cast<char *>(text.data()));
    stream.avail_in = static_cast<uInt>(text.size());
    stream.next_out = reinterpret_cast<Bytef *>(packed.data());
    stream.avail_out = static_cast<uInt>(packed.size());
    const bool done = deflate(&stream, Z_FINISH) == Z_STREAM_END;
    packed.resize(stream.total_out);
    deflateEnd(&stream);
    if (!done)
        throw std::runtime_error("cannot compress");
    return packed;
}

} // namespace suture::testing
