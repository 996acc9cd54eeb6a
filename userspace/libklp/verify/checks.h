// The checks of a patch, a family in each file of this folder. Each returns one result or more, and
// says of what it could not look at that it did not.

#pragma once

#include "libklp/environment.h"
#include "libklp/kernel_functions.h"
#include "libklp/patch_file.h"
#include "libklp/verify/result.h"

#include <functional>
#include <vector>

namespace suture::checks {

using Results = std::vector<CheckResult>;

// What the checks look at.
struct Scene {
    const Environment &environment;
    const PatchFile &file;
    std::string today = {}; // YYYY-MM-DD
    std::vector<PatchedObject> present =
        {};                               // vmlinux and loaded modules, their functions with names
    Result<KernelFunctions> symbols = {}; // of these functions
};

// Whether an object is vmlinux, or a module that is loaded; any name at all may be asked for.
bool is_there(const Environment &environment, const std::string &object);

// --- results ---

CheckResult ok(const char *check, std::string what);
CheckResult unknown(const char *check, std::string what, std::string hint);
CheckResult warning(const char *check, std::string what, std::string hint);
CheckResult error(const char *check, ErrorCode code, std::string what, std::string hint);
CheckResult about(const std::string &object, const std::string &function, CheckResult result);

// What `check` says of each function of each object that is present; nothing: it is fine. Where
// any of an object are, one result more says `fine` of these: "2 of 3 functions FINE".
using FunctionCheck =
    std::function<Results(const PatchedObject &object, const PatchedFunction &function)>;
Results for_each_function(const Scene &scene, const char *check, const char *fine,
                          const FunctionCheck &examine);

// --- checks ---

// Whether this machine and kernel can take the file.
Results machine(const Scene &scene);
Results livepatch(const Scene &scene);
Results kernel(const Scene &scene);
Results vermagic(const Scene &scene);
Results runtime(const Scene &scene);
Results linking(const Scene &scene);
Results dependencies(const Scene &scene);

// Whether this kernel demands a signature, and has the key of who made it.
Results signature(const Scene &scene);

// What its author says of it.
Results metadata(const Scene &scene);
Results expiry(const Scene &scene);
Results builds(const Scene &scene);

// What it changes.
Results objects(const Scene &scene);
Results functions(const Scene &scene);
Results traceable(const Scene &scene);
Results prototypes(const Scene &scene);
Results users(const Scene &scene);

} // namespace suture::checks
