#include "libklp/store/patch_id.h"

#include "libklp/store/version.h"
#include "libklp/text.h"

#include <fmt/format.h>

namespace suture {

namespace {

Error says_nothing(const PatchFile &file, std::string why) {
    return {.code = ErrorCode::no_metadata,
            .action = "identify",
            .subject = file.path,
            .why = std::move(why),
            .hint =
                "build the patch with SUTURE_PATCH_VERSION(\"1\") of <suture/metadata.h> in its "
                "source"};
}

// All that modules and kernels are called, and nothing that would be an option, a folder of the
// store's own, or more than text to a shell in which somebody gives it to klp.
bool is_folder_name(std::string_view text) {
    return !text.empty() && std::string_view(".+~-").find(text.front()) == text.npos &&
           is_plain(text);
}

Error bad_name(const PatchFile &file) {
    return {.code = ErrorCode::invalid_name,
            .action = "use the name",
            .subject = file.path,
            .why = fmt::format("'{}' can be no name of a patch in the store", printable(file.name)),
            .hint = "build it under another: names are of letters, digits and .+~_- after a "
                    "letter, a digit or _"};
}

Error bad_version(const std::string &subject, const std::string &version) {
    return {.code = ErrorCode::invalid_name,
            .action = "use the version",
            .subject = subject,
            .why =
                fmt::format("'{}' can be no version of a patch in the store", printable(version)),
            .hint = "versions are of letters, digits and .+~_- after a letter or a digit"};
}

Error bad_release(const PatchFile &file, const std::string &release) {
    return {.code = ErrorCode::invalid_name,
            .action = "use the kernel",
            .subject = file.path,
            .why = fmt::format("'{}' can be no kernel's release in the store", printable(release)),
            .hint = "releases are of letters, digits and .+~_- after a letter, a digit or _"};
}

} // namespace

std::string to_text(const PatchId &id) {
    return fmt::format("{}={}", id.name, id.version);
}

bool is_release(std::string_view text) {
    constexpr size_t longest = 64; // __NEW_UTS_LEN
    return text.size() <= longest && is_folder_name(text);
}

Result<std::string> parse_release(const std::string &text) {
    if (is_release(text))
        return text;
    return fail({.code = ErrorCode::invalid_name,
                 .action = "use the kernel",
                 .subject = text,
                 .why = "no kernel's release is like that",
                 .hint = "give it as 'klp list --kernels' or 'uname -r' prints it"});
}

std::string kernel_option(const Environment &environment, const std::string &release) {
    return release == environment.kernel().release ? "" : " --kernel " + release;
}

Result<PatchId> identity_of(const PatchFile &file) {
    if (!file.metadata) {
        Error error = file.metadata.error();
        error.subject = file.path;
        return fail(std::move(error));
    }
    const PatchId id{
        .release = file.kernel_release(), .name = file.name, .version = file.metadata->version};
    if (id.version.empty())
        return fail(says_nothing(file, "it does not say which version of the patch it is"));
    if (!is_version(id.version))
        return fail(bad_version(file.path, id.version));
    if (!is_folder_name(id.name))
        return fail(bad_name(file));
    if (!is_release(id.release))
        return fail(bad_release(file, id.release));
    if (file.metadata->kernel != id.release)
        return fail(says_nothing(
            file, fmt::format("it says of itself that it is for the kernel '{}', and was built "
                              "for '{}'",
                              printable(file.metadata->kernel), id.release)));
    return id;
}

Result<PatchSpec> parse_spec(const std::string &text) {
    // A version has no '=' in it.
    const size_t equals = text.rfind('=');
    Result<PatchName> name = PatchName::parse(text.substr(0, equals));
    if (!name)
        return fail(name.error());
    PatchSpec spec{.name = std::move(*name)};
    if (equals != text.npos)
        spec.version = text.substr(equals + 1);
    if (spec.version && !is_version(*spec.version))
        return fail(bad_version(text, *spec.version));
    return spec;
}

} // namespace suture
