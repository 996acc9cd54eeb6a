#include "libklp/preflight.h"

#include "libklp/verify/checks.h"
#include "libklp/verify/verify.h"

#include <algorithm>

namespace suture {

namespace {

Error to_error(const CheckResult &result, const PatchFile &file) {
    Error error{.code = result.code,
                .action = "load",
                .subject = file.path,
                .object = result.object,
                .function = result.function,
                .why = result.what,
                .hint = result.hint};
    if (!result.object.empty())
        error.patch = file.name;
    return error;
}

} // namespace

Result<std::vector<CheckResult>> preflight(const Environment &environment, const PatchFile &file,
                                           const std::string &today) {
    const Verification verification = verify(environment, file, today);
    std::vector<CheckResult> doubts;
    for (const CheckResult &result : verification.results) {
        if (result.verdict == Verdict::error) {
            Error error = to_error(result, file);
            if (verification.count(Verdict::error) > 1)
                error.hint += "; more is wrong: see 'klp verify'";
            return fail(std::move(error));
        }
        if (result.verdict == Verdict::warning)
            doubts.push_back(result);
    }
    return doubts;
}

Result<void> check_kind(const PatchFile &file, const Environment &environment) {
    const checks::Scene scene{.environment = environment, .file = file};
    for (const auto check : {checks::livepatch, checks::machine}) {
        for (const CheckResult &result : check(scene)) {
            if (result.verdict == Verdict::error)
                return fail(to_error(result, file));
        }
    }
    return {};
}

} // namespace suture
