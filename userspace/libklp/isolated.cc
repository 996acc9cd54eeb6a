#include "libklp/isolated.h"

#include "libklp/child.h"
#include "libklp/error.h"
#include "libklp/file.h"

#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <fmt/format.h>
#include <optional>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

namespace suture {

namespace {

constexpr rlim_t longest_run = 30; // seconds of CPU time
constexpr size_t longest_result = size_t(64) << 20;

// gcc says it with a macro, clang with a feature.
#if defined(__SANITIZE_ADDRESS__)
constexpr bool has_address_sanitizer = true;
#elif defined(__has_feature)
constexpr bool has_address_sanitizer = __has_feature(address_sanitizer);
#else
constexpr bool has_address_sanitizer = false;
#endif

void set_limit(__rlimit_resource resource, rlim_t value) {
    const rlimit limit{.rlim_cur = value, .rlim_max = value};
    (void)setrlimit(resource, &limit);
}

[[noreturn]] void work_in_child(const std::function<std::string()> &work, const File &result) {
    set_limit(RLIMIT_CORE, 0);
    set_limit(RLIMIT_CPU, longest_run);
    // Its shadow memory takes terabytes of addresses.
    if (!has_address_sanitizer)
        set_limit(RLIMIT_AS, rlim_t(4) << 30);
    // Libraries' last words are for nobody.
    const auto nowhere = File::open("/dev/null", O_WRONLY);
    if (nowhere)
        (void)dup2(nowhere->descriptor(), STDERR_FILENO);
    _exit(result.write_all(work()) ? 0 : 1);
}

// How a child ended, where it did not end well.
std::string describe(int status) {
    if (WIFSIGNALED(status))
        return fmt::format("what reads it ended with {}", strsignal(WTERMSIG(status)));
    return "what reads it failed";
}

} // namespace

tl::expected<std::string, std::string> run_isolated(const std::function<std::string()> &work) {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0)
        return tl::unexpected(errno_text(errno));
    const File from = File::own(ends[0]);
    std::optional<File> to = File::own(ends[1]);
    const pid_t child = fork();
    if (child < 0)
        return tl::unexpected(errno_text(errno));
    if (child == 0)
        work_in_child(work, *to);
    to.reset();
    auto result = from.read_to_end(longest_result);
    // It may be too much, and the child wait for somebody to read it.
    if (!result)
        (void)kill(child, SIGKILL);
    const auto status = wait_for(child);
    if (!status)
        return tl::unexpected(errno_text(status.error()));
    if (*status != 0)
        return tl::unexpected(describe(*status));
    if (!result)
        return tl::unexpected(errno_text(result.error()));
    return std::move(*result);
}

} // namespace suture
