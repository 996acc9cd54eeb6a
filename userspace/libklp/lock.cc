#include "libklp/lock.h"

#include <cerrno>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace suture {

namespace {

// Whoever can open it, if only to read, can hold the lock.
constexpr mode_t for_its_owner = 0600;

std::string holder_of(const std::filesystem::path &path) {
    const auto content = read_file(path, 64);
    const std::string pid = content ? content->substr(0, content->find('\n')) : "";
    // A holder that has the lock but has not yet written its pid.
    if (pid.empty() || pid.find_first_not_of("0123456789") != pid.npos)
        return "another klp";
    return fmt::format("another klp (pid {})", pid);
}

Error lock_error(const std::filesystem::path &path, int error_number) {
    const bool denied = error_number == EACCES || error_number == EPERM || error_number == EROFS;
    return {.code = denied ? ErrorCode::no_permission : ErrorCode::system,
            .action = "take the lock",
            .subject = path,
            .why = errno_text(error_number),
            .hint = denied                   ? "run klp as root"
                    : error_number == ENOSPC ? "make room on its file system"
                                             : "see the kernel log: dmesg"};
}

} // namespace

Result<Lock> Lock::acquire(const std::filesystem::path &path, Clock &clock,
                           Clock::TimePoint deadline,
                           const std::function<void(const std::string &)> &on_wait) {
    auto file = File::open(path, O_RDWR | O_CREAT | O_NOFOLLOW, for_its_owner);
    if (!file)
        return fail(lock_error(path, file.error()));
    // One that an earlier klp has left may have another mode.
    (void)fchmod(file->descriptor(), for_its_owner);

    int error_number = 0;
    bool told = false;
    const bool answered = poll_until(clock, deadline, [&] {
        error_number = flock(file->descriptor(), LOCK_EX | LOCK_NB) == 0 ? 0 : errno;
        if (error_number != EWOULDBLOCK)
            return true;
        if (!std::exchange(told, true))
            on_wait(holder_of(path));
        return false;
    });
    if (!answered)
        return fail({.code = ErrorCode::locked,
                     .action = "take the lock",
                     .subject = path,
                     .why = fmt::format("{} is changing live patches", holder_of(path)),
                     .hint = "try again when it has finished"});
    if (error_number != 0)
        return fail(lock_error(path, error_number));

    // For people only: that it cannot be written (a full disk) does not undo the lock.
    (void)file->write(fmt::format("{}\n", getpid()));
    return Lock(std::move(*file));
}

Lock::~Lock() {
    // The next holder must not be taken for this one before it has written its own pid.
    if (file_.descriptor() >= 0 && ftruncate(file_.descriptor(), 0) != 0)
        return;
}

} // namespace suture
