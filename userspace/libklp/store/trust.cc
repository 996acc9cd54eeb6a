#include "libklp/store/trust.h"

#include <cerrno>
#include <fmt/format.h>
#include <sys/stat.h>

namespace suture {

namespace {

Error trust_error(const std::filesystem::path &path, ErrorCode code, std::string why,
                  std::string hint) {
    return {.code = code,
            .action = "trust",
            .subject = path,
            .why = std::move(why),
            .hint = std::move(hint)};
}

// A folder has to be removed by hand: see StoreWriter::check_removable().
std::string remedy(mode_t kind, const char *find_out) {
    return fmt::format("find out {}; then {}", find_out,
                       kind == S_IFDIR ? "remove it, and install again the patches that were in it"
                                       : "remove the patch, and install it again");
}

Result<void> check(const std::filesystem::path &path, uid_t owner, mode_t kind) {
    struct stat status = {};
    if (lstat(path.c_str(), &status) != 0) {
        const ErrorCode code = errno == ENOENT                     ? ErrorCode::not_found
                               : errno == EACCES || errno == EPERM ? ErrorCode::no_permission
                                                                   : ErrorCode::system;
        return fail(trust_error(path, code, errno_text(errno), "see 'klp list'"));
    }
    if ((status.st_mode & S_IFMT) != kind)
        return fail(trust_error(path, ErrorCode::untrusted,
                                kind == S_IFDIR ? "it is no folder" : "it is no regular file",
                                "find out who put it there, and remove it"));
    if (status.st_uid != owner)
        return fail(trust_error(
            path, ErrorCode::untrusted,
            fmt::format("it belongs to user {}, and should to {}", status.st_uid, owner),
            remedy(kind, "who put it there")));
    if ((status.st_mode & (S_IWGRP | S_IWOTH)) != 0)
        return fail(trust_error(
            path, ErrorCode::untrusted,
            fmt::format("others than its owner may write it (mode {:o})", status.st_mode & 07777),
            remedy(kind, "what has changed the mode")));
    return {};
}

} // namespace

Result<void> check_folder(const std::filesystem::path &path, uid_t owner) {
    return check(path, owner, S_IFDIR);
}

Result<void> check_file(const std::filesystem::path &path, uid_t owner) {
    return check(path, owner, S_IFREG);
}

} // namespace suture
