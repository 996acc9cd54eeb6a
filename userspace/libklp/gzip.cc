#include "libklp/gzip.h"

#include <memory>
#include <zlib.h>

namespace suture {

namespace {

// zlib's sign that it is a gzip file, with a header and a checksum.
constexpr int gzip_window = MAX_WBITS + 16;
constexpr size_t chunk_size = size_t(32) << 10;

} // namespace

std::optional<std::string> gunzip(std::string_view packed, size_t limit) {
    z_stream stream = {};
    // It only reads what is there.
    stream.next_in = reinterpret_cast<Bytef *>(const_cast<char *>(packed.data()));
    stream.avail_in = static_cast<uInt>(packed.size());
    if (inflateInit2(&stream, gzip_window) != Z_OK)
        return std::nullopt;
    const std::unique_ptr<z_stream, decltype(&inflateEnd)> end(&stream, inflateEnd);
    std::string text;
    std::string chunk(chunk_size, '\0');
    for (int state = Z_OK; state != Z_STREAM_END;) {
        stream.next_out = reinterpret_cast<Bytef *>(chunk.data());
        stream.avail_out = static_cast<uInt>(chunk.size());
        state = inflate(&stream, Z_NO_FLUSH);
        text.append(chunk, 0, chunk.size() - stream.avail_out);
        if ((state != Z_OK && state != Z_STREAM_END) || text.size() > limit)
            return std::nullopt;
    }
    return text;
}

} // namespace suture
