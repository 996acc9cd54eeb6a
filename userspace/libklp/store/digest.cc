#include "libklp/store/digest.h"

#include "libklp/text.h"

#include <fmt/format.h>
#include <new>
#include <openssl/evp.h>

namespace suture {

namespace {

constexpr size_t hexadecimal_size = 64;

} // namespace

std::string sha256(std::string_view content) {
    unsigned char bytes[EVP_MAX_MD_SIZE];
    unsigned size = 0;
    // It fails for want of memory only.
    if (EVP_Digest(content.data(), content.size(), bytes, &size, EVP_sha256(), nullptr) != 1)
        throw std::bad_alloc();
    return hexadecimal({reinterpret_cast<const char *>(bytes), size});
}

std::string digest_line(std::string_view digest, std::string_view name) {
    return fmt::format("{}  {}\n", digest, name);
}

std::string digest_in(std::string_view line, std::string_view name) {
    const std::string_view digest = line.substr(0, hexadecimal_size);
    return line == digest_line(digest, name) ? std::string(digest) : "";
}

} // namespace suture
