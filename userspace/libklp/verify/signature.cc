// Whether the kernel takes the signature of a patch, or does without. The rules are those of
// module_sig_check() in kernel/module/signing.c.

#include "libklp/kernel_keys.h"
#include "libklp/module_signing.h"
#include "libklp/text.h"
#include "libklp/verify/checks.h"

#include <algorithm>
#include <fmt/format.h>

namespace suture::checks {

namespace {

constexpr const char *signature_check = "signature";
constexpr const char *does_without = "this kernel takes modules without a signature";
constexpr const char *sign = "sign the patch with a key that this kernel has (mokutil "
                             "--list-enrolled)";

// One signer is enough.
KeyPlace place_of_keys(const Scene &scene, const ModuleSignature &signature) {
    KeyPlace best = KeyPlace::nowhere;
    for (const Signer &signer : signature.signers)
        best = std::min(best, place_of_key(scene.environment, signer.key_id));
    return best;
}

// "'Us', 'Them'"
std::string names_of(const ModuleSignature &signature) {
    std::vector<std::string> names;
    for (const Signer &signer : signature.signers)
        names.push_back(fmt::format("'{}'", signer.name));
    return some_of(std::move(names));
}

CheckResult without_a_key(const Scene &scene, const std::string &names) {
    const std::vector<std::string> keys = read_keys(scene.environment);
    return error(
        signature_check, ErrorCode::no_permission,
        fmt::format("it is signed by {}, whose key this kernel does not have, and it takes "
                    "signed modules only; {}",
                    names,
                    keys.empty() ? "it has no keys"
                                 : fmt::format("it has the keys of {}", some_of(keys))),
        "sign the patch with a key that this kernel has, or have it know that one, too "
        "(with EFI: mokutil --import KEY.der, and reboot)");
}

// With a signature that the kernel demands, of a key that it may not have.
CheckResult in_doubt(const Scene &scene, const ModuleSignature &signature, KeyPlace place) {
    constexpr const char *later = "the kernel looks when the patch loads";
    const std::string names = names_of(signature);
    if (place == KeyPlace::platform)
        return unknown(signature_check,
                       fmt::format("it is signed by {}, whose key is one of the firmware's: many "
                                   "distributions' kernels take these for modules, mainline's do "
                                   "not",
                                   names),
                       later);
    if (place == KeyPlace::unknown)
        return unknown(
            signature_check,
            fmt::format("it is signed by {}; whether this kernel has that key cannot be read",
                        names),
            "run klp as root, or compare with mokutil --list-enrolled");
    if (signature.has_certificates)
        return unknown(signature_check,
                       fmt::format("it is signed by {}, whose key this kernel does not have; it "
                                   "may have that of the certificates that come with the signature",
                                   names),
                       later);
    return without_a_key(scene, names);
}

CheckResult by_whom(const Scene &scene, const ModuleSignature &signature, bool demanded) {
    const KeyPlace place = place_of_keys(scene, signature);
    if (place != KeyPlace::trusted && demanded)
        return in_doubt(scene, signature, place);
    const std::string names = names_of(signature);
    if (place == KeyPlace::trusted)
        return ok(signature_check,
                  fmt::format("it is signed by {}, whose key this kernel has", names));
    if (place == KeyPlace::nowhere)
        return ok(signature_check,
                  fmt::format("it is signed by {}, whose key this kernel does not have; {}", names,
                              does_without));
    return ok(signature_check, fmt::format("it is signed by {}; {}", names, does_without));
}

} // namespace

Results signature(const Scene &scene) {
    const auto &signature = scene.file.signature;
    const bool demanded =
        enforces_signatures(scene.environment) || lockdown(scene.environment) != Lockdown::none;
    if (!demanded && (!signature || !looks_at_signatures(scene.environment)))
        return {ok(signature_check, does_without)};
    if (!signature)
        return {error(signature_check, ErrorCode::no_permission,
                      "it is not signed, and this kernel takes signed modules only", sign)};
    if (!*signature)
        return {error(signature_check, ErrorCode::refused, signature->error().why,
                      signature->error().hint)};
    if (!(*signature)->signers.empty())
        return {by_whom(scene, **signature, demanded)};
    if (!demanded)
        return {ok(signature_check, does_without)};
    return {error(signature_check, ErrorCode::no_permission,
                  "its signature is none of PKCS#7, and this kernel takes no others", sign)};
}

} // namespace suture::checks
