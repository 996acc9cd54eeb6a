#include "libklp/module_signing.h"

#include "libklp/sysfs.h"

namespace suture {

namespace {

Result<std::string> sig_enforce(const Environment &environment) {
    return read_attribute(environment.roots.sys / "module/module/parameters/sig_enforce");
}

} // namespace

Lockdown lockdown(const Environment &environment) {
    // "none [integrity] confidentiality"
    const std::string modes =
        read_attribute(environment.roots.sys / "kernel/security/lockdown").value_or("[none]");
    if (modes.find("[none]") != modes.npos)
        return Lockdown::none;
    return modes.find("[confidentiality]") != modes.npos ? Lockdown::confidentiality
                                                         : Lockdown::integrity;
}

bool enforces_signatures(const Environment &environment) {
    return sig_enforce(environment).value_or("N") == "Y";
}

bool looks_at_signatures(const Environment &environment) {
    return sig_enforce(environment).has_value();
}

} // namespace suture
