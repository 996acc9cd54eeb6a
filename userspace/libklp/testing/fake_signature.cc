#include "libklp/testing/fake_signature.h"

#include <memory>
#include <openssl/cms.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <stdexcept>

namespace suture::testing {

namespace {

template<typename T>
using Handle = std::unique_ptr<T, void (*)(T *)>;

constexpr unsigned char serial[] = {0x80, 0, 0, 0, 0, 0, 0, 0xff}; // one that has a zero before it
constexpr unsigned char identifier[] = {0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef};
constexpr long lifetime = 3600;

void require_crypto(bool fine) {
    if (!fine)
        throw std::runtime_error("libcrypto");
}

void add_identifier(X509 *certificate) {
    const Handle<ASN1_OCTET_STRING> octets(ASN1_OCTET_STRING_new(), ASN1_OCTET_STRING_free);
    require_crypto(ASN1_OCTET_STRING_set(octets.get(), identifier, sizeof(identifier)) == 1);
    require_crypto(X509_add1_ext_i2d(certificate, NID_subject_key_identifier, octets.get(), 0,
                                     X509V3_ADD_DEFAULT) == 1);
}

Handle<X509> make_certificate(const std::string &name, EVP_PKEY *key) {
    Handle<X509> certificate(X509_new(), X509_free);
    const Handle<BIGNUM> number(BN_bin2bn(serial, sizeof(serial), nullptr), BN_free);
    require_crypto(X509_set_version(certificate.get(), X509_VERSION_3) == 1);
    require_crypto(BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(certificate.get())) !=
                   nullptr);
    require_crypto(X509_gmtime_adj(X509_getm_notBefore(certificate.get()), 0) != nullptr);
    require_crypto(X509_gmtime_adj(X509_getm_notAfter(certificate.get()), lifetime) != nullptr);
    X509_NAME *subject = X509_get_subject_name(certificate.get());
    require_crypto(X509_NAME_add_entry_by_NID(subject, NID_commonName, V_ASN1_PRINTABLESTRING,
                                              reinterpret_cast<const unsigned char *>(name.data()),
                                              static_cast<int>(name.size()), -1, 0) == 1);
    require_crypto(X509_set_issuer_name(certificate.get(), subject) == 1);
    require_crypto(X509_set_pubkey(certificate.get(), key) == 1);
    add_identifier(certificate.get());
    require_crypto(X509_sign(certificate.get(), key, EVP_sha256()) > 0);
    return certificate;
}

} // namespace

std::string FakeSignature::message() const {
    const unsigned flags = CMS_BINARY | CMS_PARTIAL | (with_content ? 0 : CMS_DETACHED);
    const Handle<CMS_ContentInfo> message(CMS_sign(nullptr, nullptr, nullptr, nullptr, flags),
                                          CMS_ContentInfo_free);
    require_crypto(message != nullptr);
    for (const std::string &name : signers) {
        const Handle<EVP_PKEY> key(EVP_EC_gen("P-256"), EVP_PKEY_free);
        const Handle<X509> certificate = make_certificate(name, key.get());
        const unsigned how = CMS_BINARY | CMS_NOATTR | CMS_NOSMIMECAP |
                             (with_certificates ? 0 : CMS_NOCERTS) |
                             (by_key_identifier ? CMS_USE_KEYID : 0);
        require_crypto(CMS_add1_signer(message.get(), certificate.get(), key.get(), EVP_sha256(),
                                       how) != nullptr);
    }
    const Handle<BIO> module(BIO_new_mem_buf("module", -1), BIO_free_all);
    // Of nobody there is nothing to be finished.
    require_crypto(signers.empty() || CMS_final(message.get(), module.get(), nullptr, flags) == 1);
    std::string bytes(i2d_CMS_ContentInfo(message.get(), nullptr), '\0');
    unsigned char *out = reinterpret_cast<unsigned char *>(bytes.data());
    require_crypto(i2d_CMS_ContentInfo(message.get(), &out) > 0);
    return bytes;
}

std::string FakeSignature::tail() const {
    return signature_tail(message());
}

std::string signature_tail(const std::string &message, const std::string &trailer) {
    std::string length;
    for (int shift = 24; shift >= 0; shift -= 8)
        length += static_cast<char>(message.size() >> shift);
    return message + trailer + length + "~Module signature appended~\n";
}

} // namespace suture::testing
