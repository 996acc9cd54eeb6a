#include "libklp/verify/checks.h"

#include "libklp/modules.h"
#include "libklp/name.h"

#include <fmt/format.h>

namespace suture::checks {

bool is_there(const Environment &environment, const std::string &object) {
    const Modules modules(environment.roots);
    return object == "vmlinux" ||
           (PatchName::parse(object) && modules.is_loaded(object) && !modules.is_built_in(object));
}

CheckResult ok(const char *check, std::string what) {
    return {.check = check, .what = std::move(what)};
}

CheckResult unknown(const char *check, std::string what, std::string hint) {
    return {.check = check,
            .verdict = Verdict::unknown,
            .what = std::move(what),
            .hint = std::move(hint)};
}

CheckResult warning(const char *check, std::string what, std::string hint) {
    return {.check = check,
            .verdict = Verdict::warning,
            .what = std::move(what),
            .hint = std::move(hint)};
}

CheckResult error(const char *check, ErrorCode code, std::string what, std::string hint) {
    return {.check = check,
            .verdict = Verdict::error,
            .what = std::move(what),
            .hint = std::move(hint),
            .code = code};
}

CheckResult about(const std::string &object, const std::string &function, CheckResult result) {
    result.object = object;
    result.function = function;
    return result;
}

Results for_each_function(const Scene &scene, const char *check, const char *fine,
                          const FunctionCheck &examine) {
    Results results;
    for (const PatchedObject &object : scene.present) {
        size_t good = 0;
        for (const PatchedFunction &function : object.functions) {
            const Results found = examine(object, function);
            good += found.empty();
            for (const CheckResult &result : found)
                results.push_back(about(object.name, function.name, result));
        }
        if (good > 0)
            results.push_back(about(object.name, "",
                                    ok(check, fmt::format("{} of {} functions {}", good,
                                                          object.functions.size(), fine))));
    }
    return results;
}

} // namespace suture::checks
