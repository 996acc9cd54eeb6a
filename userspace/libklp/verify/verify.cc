#include "libklp/verify/verify.h"

#include "libklp/verify/checks.h"

#include <algorithm>

namespace suture {

namespace {

using checks::Results;
using checks::Scene;
using Check = Results (*)(const Scene &);

// What is wrong here makes all else meaningless.
constexpr Check first_checks[] = {checks::machine, checks::livepatch, checks::kernel};

// In the order of what is best mended first.
constexpr Check other_checks[] = {
    checks::vermagic,  checks::runtime, checks::linking,    checks::dependencies, checks::signature,
    checks::metadata,  checks::expiry,  checks::builds,     checks::objects,      checks::functions,
    checks::traceable, checks::users,   checks::prototypes,
};

bool is_wrong(const CheckResult &result) {
    return result.verdict == Verdict::error;
}

// What is to be looked at, of what the patch changes.
void look_at_functions(Scene &scene) {
    Names names;
    for (PatchedObject object : scene.file.objects.value_or(std::vector<PatchedObject>())) {
        if (!checks::is_there(scene.environment, object.name))
            continue;
        auto &functions = object.functions;
        functions.erase(
            std::remove_if(functions.begin(), functions.end(),
                           [](const PatchedFunction &function) { return function.name.empty(); }),
            functions.end());
        for (const PatchedFunction &function : functions)
            names.insert(function.name);
        scene.present.push_back(std::move(object));
    }
    if (!names.empty())
        scene.symbols = read_symbols(scene.environment, names);
}

void add(Results &results, Results more) {
    std::move(more.begin(), more.end(), std::back_inserter(results));
}

} // namespace

unsigned Verification::count(Verdict verdict) const {
    return static_cast<unsigned>(
        std::count_if(results.begin(), results.end(),
                      [verdict](const CheckResult &result) { return result.verdict == verdict; }));
}

Verification verify(const Environment &environment, PatchFile file, const std::string &today) {
    Verification verification{.file = std::move(file), .results = {}};
    Results &results = verification.results;
    Scene scene{.environment = environment, .file = verification.file, .today = today};
    for (const Check check : first_checks)
        add(results, check(scene));
    if (std::any_of(results.begin(), results.end(), is_wrong)) {
        results.push_back(checks::unknown("function", "what the patch changes was not looked at",
                                          "get the patch for this machine and kernel first"));
        return verification;
    }
    look_at_functions(scene);
    for (const Check check : other_checks)
        add(results, check(scene));
    return verification;
}

Result<Verification> verify(const Environment &environment, const std::filesystem::path &path,
                            const std::string &today) {
    return read_patch_file(path).map(
        [&](PatchFile file) { return verify(environment, std::move(file), today); });
}

} // namespace suture
