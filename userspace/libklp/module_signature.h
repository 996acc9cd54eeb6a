// Who signed a module, as scripts/sign-file of the kernel does it: with a PKCS#7 message behind the
// module. It may be anything at all, hostile included. Whether the signature is right is left to
// the kernel, which has the keys.

#pragma once

#include "libklp/result.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace suture {

struct Signer {
    std::string name;   // for people, as modinfo has it: who issued the certificate, or key_id
    std::string key_id; // by which the kernel knows the key, in hexadecimal
};

struct ModuleSignature {
    // None where it is no PKCS#7, of which kernels know nothing.
    std::vector<Signer> signers = {};
    // Over these the kernel may come to another key that it has.
    bool has_certificates = false;
};

// Nothing where the module is not signed. An error is a signature for which the kernel refuses the
// module, even where it demands none.
std::optional<Result<ModuleSignature>> read_module_signature(std::string_view module);

} // namespace suture
