#include "libklp/preflight.h"

#include "libklp/verify/verify.h"

namespace suture {

namespace {

Error to_error(const CheckResult &result, const Verification &verification) {
    const PatchFile &file = verification.file;
    Error error{.code = result.code,
                .action = "load",
                .subject = file.path,
                .object = result.object,
                .function = result.function,
                .why = result.what,
                .hint = result.hint};
    if (!result.object.empty())
        error.patch = file.name;
    if (verification.count(Verdict::error) > 1)
        error.hint += "; more is wrong: see 'klp verify'";
    return error;
}

} // namespace

Result<Preflight> preflight(const Environment &environment, const std::filesystem::path &path) {
    Result<Verification> verification = verify(environment, path);
    if (!verification)
        return fail(verification.error());
    Preflight preflight{.file = verification->file, .doubts = {}};
    for (const CheckResult &result : verification->results) {
        if (result.verdict == Verdict::error)
            return fail(to_error(result, *verification));
        if (result.verdict == Verdict::warning)
            preflight.doubts.push_back(result);
    }
    return preflight;
}

} // namespace suture
