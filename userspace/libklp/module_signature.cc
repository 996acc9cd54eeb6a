#include "libklp/module_signature.h"

#include "libklp/elf_notes.h"
#include "libklp/text.h"

#include <algorithm>
#include <cstdlib>
#include <fmt/format.h>
#include <memory>
#include <openssl/cms.h>

namespace suture {

namespace {

using std::string_view;

// include/linux/module_signature.h of the kernel: what stands at the end of the file, and
// struct module_signature before it, which says how long the message is that stands before that.
constexpr string_view mark = "~Module signature appended~\n";
constexpr size_t trailer_size = 12;
constexpr size_t kind_offset = 2;
constexpr char pkcs7_kind = 2;
constexpr size_t length_offset = 8;
// The kernel's parser of ASN.1 takes no more.
constexpr size_t message_limit = 65535;

template<typename T, void (*release)(T *)>
struct Release {
    void operator()(T *object) const { release(object); }
};
template<typename T, void (*release)(T *)>
using Handle = std::unique_ptr<T, Release<T, release>>;
using Message = Handle<CMS_ContentInfo, CMS_ContentInfo_free>;

tl::unexpected<Error> damaged_signature(std::string what) {
    return fail({.code = ErrorCode::refused,
                 .why = std::move(what),
                 .hint = "sign the patch anew, with scripts/sign-file of the kernel's headers"});
}

const unsigned char *bytes_of(string_view text) {
    return reinterpret_cast<const unsigned char *>(text.data());
}

string_view text_of(const unsigned char *bytes, size_t size) {
    return {reinterpret_cast<const char *>(bytes), size};
}

string_view text_of(const ASN1_STRING *string) {
    return text_of(ASN1_STRING_get0_data(string), ASN1_STRING_length(string));
}

// Of an object in DER, which is one that libcrypto has written.
string_view content_of(string_view der) {
    const unsigned char *content = bytes_of(der);
    long size = 0;
    int tag = 0;
    int kind = 0;
    ASN1_get_object(&content, &size, &tag, &kind, static_cast<long>(der.size()));
    return text_of(content, size);
}

// The kernel has the number as it stands in the certificate, with the zeros before it.
std::string content_of(const ASN1_INTEGER *number) {
    std::string der(std::max(i2d_ASN1_INTEGER(number, nullptr), 0), '\0');
    unsigned char *out = reinterpret_cast<unsigned char *>(der.data());
    i2d_ASN1_INTEGER(number, &out);
    return std::string(content_of(der));
}

string_view content_of(const X509_NAME *name) {
    const unsigned char *der = nullptr;
    size_t size = 0;
    return X509_NAME_get0_der(name, &der, &size) == 1 ? content_of(text_of(der, size))
                                                      : string_view();
}

// The common name, or all of it where it has none.
std::string name_in_certificate(const X509_NAME *name) {
    const int common = X509_NAME_get_index_by_NID(name, NID_commonName, -1);
    if (common >= 0)
        return std::string(text_of(X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, common))));
    const std::unique_ptr<char, decltype(&free)> line(X509_NAME_oneline(name, nullptr, 0), free);
    return line ? line.get() : "";
}

// The two forms of crypto/asymmetric_keys/pkcs7_parser.c, pkcs7_note_signed_info().
Signer signer_of(CMS_SignerInfo *info) {
    ASN1_OCTET_STRING *key = nullptr;
    X509_NAME *issuer = nullptr;
    ASN1_INTEGER *serial = nullptr;
    CMS_SignerInfo_get0_signer_id(info, &key, &issuer, &serial);
    if (key != nullptr) {
        const std::string id = hexadecimal(text_of(key));
        return {.name = id, .key_id = id};
    }
    return {.name = name_in_certificate(issuer),
            .key_id = hexadecimal(content_of(serial)) + hexadecimal(content_of(issuer))};
}

bool has_certificates(CMS_ContentInfo *message) {
    STACK_OF(X509) *certificates = CMS_get1_certs(message);
    const bool any = sk_X509_num(certificates) > 0;
    sk_X509_pop_free(certificates, X509_free);
    return any;
}

Result<ModuleSignature> parse_message(string_view bytes) {
    const unsigned char *next = bytes_of(bytes);
    const Message message(d2i_CMS_ContentInfo(nullptr, &next, static_cast<long>(bytes.size())));
    STACK_OF(CMS_SignerInfo) *infos = message ? CMS_get0_SignerInfos(message.get()) : nullptr;
    if (infos == nullptr)
        return damaged_signature("its signature is no PKCS#7 message with signers");
    if (CMS_is_detached(message.get()) != 1)
        return damaged_signature("its signature is that of something in it, not of the module");
    ModuleSignature signature{.has_certificates = has_certificates(message.get())};
    for (int index = 0; index < sk_CMS_SignerInfo_num(infos); ++index)
        signature.signers.push_back(signer_of(sk_CMS_SignerInfo_value(infos, index)));
    if (signature.signers.empty())
        return damaged_signature("its signature has no signer");
    return signature;
}

} // namespace

// As kernel/module_signature.c has it, mod_check_sig().
std::optional<Result<ModuleSignature>> read_module_signature(string_view module) {
    if (!module.ends_with(mark))
        return std::nullopt;
    module.remove_suffix(mark.size());
    if (module.size() <= trailer_size)
        return damaged_signature("its signature is cut off");
    const string_view trailer = module.substr(module.size() - trailer_size);
    module.remove_suffix(trailer_size);
    const uint64_t size = number_in(trailer.substr(length_offset), std::endian::big);
    if (size >= module.size())
        return damaged_signature(fmt::format(
            "its signature is cut off: it has {} bytes, and there are {}", size, module.size()));
    if (trailer[kind_offset] != pkcs7_kind)
        return ModuleSignature();
    std::string rest(trailer.substr(0, length_offset));
    rest.erase(kind_offset, 1);
    if (rest.find_first_not_of('\0') != rest.npos)
        return damaged_signature("its signature says more of itself than one of PKCS#7 does");
    if (size > message_limit)
        return damaged_signature(
            fmt::format("its signature has {} bytes, more than the kernel takes", size));
    return parse_message(module.substr(module.size() - size));
}

} // namespace suture
