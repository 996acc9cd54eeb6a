#include "libklp/trace_instance.h"

#include "libklp/file.h"
#include "libklp/livepatch.h"
#include "libklp/sysfs.h"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <fcntl.h>
#include <fmt/format.h>
#include <optional>
#include <string_view>
#include <sys/stat.h>
#include <unistd.h>

namespace suture {

namespace {

using std::string_view;
namespace fs = std::filesystem;

constexpr string_view instance_prefix = "klp-";
constexpr const char *events = "events/suture";
// So much at once that what comes meanwhile cannot keep us here for ever.
constexpr size_t read_limit = size_t(4) << 20;

// A new instance has the options that somebody gave the whole. These make the text what
// TraceParser knows, and have the oldest events give way, which is then said. record-tgid would
// be everybody's, so it stays as it is.
constexpr const char *options[] = {
    "context-info", "overwrite", "noirq-info", "nolatency-format", "noraw",        "nohex",
    "nobin",        "nofields",  "noverbose",  "nouserstacktrace", "nostacktrace",
};

Error tracefs_error(const char *action, const fs::path &path, int error_number) {
    Error error = sysfs_error(action, path, error_number);
    if (error.code == ErrorCode::no_permission)
        error.hint = "run klp as root; if it is, the kernel may be locked down: see 'klp doctor'";
    return error;
}

// The process that an instance belongs to, if it is a klp's.
std::optional<unsigned> owner_of(string_view name) {
    unsigned pid = 0;
    if (!name.starts_with(instance_prefix))
        return std::nullopt;
    const char *end = name.data() + name.size();
    const auto [stop, problem] = std::from_chars(name.data() + instance_prefix.size(), end, pid);
    return problem == std::errc() && stop == end ? std::optional(pid) : std::nullopt;
}

// Of those that were killed. That one cannot be removed harms nobody but the memory.
void remove_stale(const Roots &roots, const fs::path &instances, Tracefs &tracefs, unsigned pid) {
    const auto names = list_directories(instances);
    for (const std::string &name : names.value_or(std::vector<std::string>())) {
        const std::optional<unsigned> owner = owner_of(name);
        if (owner && (*owner == pid || !is_there(roots.proc / std::to_string(*owner))))
            (void)tracefs.remove_instance(instances / name);
    }
}

Error no_events(const Roots &roots) {
    Error error{.code = ErrorCode::runtime_missing,
                .action = "follow events",
                .why = "Suture is not loaded",
                .hint = "load it: modprobe suture"};
    const std::vector<Livepatch> runtimes = Livepatch::find(roots);
    for (const Livepatch &livepatch : runtimes) {
        if (livepatch.runtime() == Runtime::in_kernel)
            error.why = "the in-kernel livepatch has no tracepoints, and Suture is not loaded";
    }
    for (const Livepatch &livepatch : runtimes) {
        if (livepatch.runtime() != Runtime::suture)
            continue;
        error.why = "this kernel shows no tracepoints of modules";
        error.hint = "follow the kernel log instead: dmesg --follow";
    }
    return error;
}

// Whether there is anything to follow, and where.
Result<void> check(const Roots &roots, const fs::path &tracing) {
    struct stat status = {};
    if (stat((tracing / "instances").c_str(), &status) != 0) {
        if (errno != ENOENT)
            return fail(tracefs_error("look into", tracing, errno));
        return fail({.code = ErrorCode::system,
                     .action = "follow events",
                     .subject = tracing,
                     .why = "tracefs is not mounted there",
                     .hint = "mount it: mount -t tracefs tracefs /sys/kernel/tracing"});
    }
    if (stat((tracing / events).c_str(), &status) != 0)
        return fail(no_events(roots));
    return {};
}

Result<void> set_up(const fs::path &instance) {
    for (const char *option : options) {
        auto set = write_attribute(instance / "trace_options", option);
        // An option that this kernel does not know is not set, either.
        if (!set && set.error().code != ErrorCode::refused)
            return set;
    }
    // That of the deadlines and of SteadyClock.
    const auto set = write_attribute(instance / "trace_clock", "mono");
    return set ? write_attribute(instance / events / "enable", "1") : set;
}

} // namespace

int Tracefs::make_instance(const fs::path &path) {
    return mkdir(path.c_str(), 0700) == 0 ? 0 : errno;
}

int Tracefs::remove_instance(const fs::path &path) {
    return rmdir(path.c_str()) == 0 ? 0 : errno;
}

TraceInstance::Directory::~Directory() {
    if (tracefs_ != nullptr)
        (void)tracefs_->remove_instance(path_);
}

Result<TraceInstance> TraceInstance::open(const Roots &roots, Tracefs &tracefs, unsigned pid) {
    const fs::path tracing = roots.sys / "kernel/tracing";
    if (const auto there = check(roots, tracing); !there)
        return fail(there.error());
    const fs::path instances = tracing / "instances";
    remove_stale(roots, instances, tracefs, pid);
    const fs::path path = instances / fmt::format("{}{}", instance_prefix, pid);
    if (const int error_number = tracefs.make_instance(path))
        return fail(tracefs_error("make", path, error_number));
    Directory directory(tracefs, path);
    // Before the pipe is opened, which takes some of the options for as long as it is open.
    if (const auto set = set_up(path); !set)
        return fail(set.error());
    auto pipe = File::open(path / "trace_pipe", O_RDONLY | O_NONBLOCK);
    if (!pipe)
        return fail(tracefs_error("read", path / "trace_pipe", pipe.error()));
    return TraceInstance(std::move(directory), std::move(*pipe));
}

Result<std::string> TraceInstance::read() const {
    std::string text;
    char buffer[65536];
    while (text.size() < read_limit) {
        const ssize_t count = ::read(pipe_.descriptor(), buffer, sizeof(buffer));
        if (count < 0 && errno == EINTR)
            break;
        if (count < 0 && errno != EAGAIN)
            return fail(tracefs_error("read", directory_.path() / "trace_pipe", errno));
        if (count <= 0)
            break;
        text.append(buffer, static_cast<size_t>(count));
    }
    return text;
}

bool TraceInstance::is_on() const {
    const Result<std::string> on = read_attribute(directory_.path() / events / "enable");
    return on ? *on != "0" : on.error().code != ErrorCode::gone;
}

} // namespace suture
