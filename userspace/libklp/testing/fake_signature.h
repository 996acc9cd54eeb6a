// Signatures of modules for tests, as scripts/sign-file makes them, with keys that are made for
// each.

#pragma once

#include <string>
#include <vector>

namespace suture::testing {

struct FakeSignature {
    std::vector<std::string> signers = {"Us"}; // the common names in their certificates
    bool by_key_identifier = false;            // as sign-file -k
    bool with_certificates = false;
    bool with_content = false; // what is signed stands in it

    // In PKCS#7.
    std::string message() const;
    // What is appended to a module.
    std::string tail() const;
};

// The same for any message. `trailer` is what stands before the message's length, in 8 bytes.
std::string signature_tail(const std::string &message,
                           const std::string &trailer = std::string("\0\0\2\0\0\0\0\0", 8));

// The ids of the key of who is called "Us", in hexadecimal: serial number and issuer, or key
// identifier.
inline constexpr const char *serial_id = "0080000000000000ff310b3009060355040313025573";
inline constexpr const char *identifier_id = "0123456789abcdef";

} // namespace suture::testing
