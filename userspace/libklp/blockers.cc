#include "libklp/blockers.h"

#include "libklp/file.h"
#include "libklp/sysfs.h"
#include "libklp/text.h"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <fmt/format.h>

namespace suture {

namespace {

using std::string_view;
namespace fs = std::filesystem;

// A hundred thousand tasks with long stacks.
constexpr size_t list_limit = size_t(256) << 20;
constexpr size_t command_line_limit = size_t(4) << 20;
// What a patch_state file says outside a transition.
constexpr string_view no_transition = "-1";

template<typename Number>
std::optional<Number> to_number(string_view text) {
    Number number = 0;
    const auto [stop, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (problem != std::errc() || stop != text.data() + text.size())
        return std::nullopt;
    return number;
}

// Hands each KEY=VALUE of the line to `take`. A word of another form stands behind a field, as in
// "reason=unreliable frame=2", or is of a newer Suture.
template<typename Take>
void for_each_field(string_view line, Take &&take) {
    while (!line.empty()) {
        const string_view word = take_word(line);
        const size_t equals = word.find('=');
        if (equals != word.npos)
            take(word.substr(0, equals), word.substr(equals + 1));
    }
}

// "# patch=NAME target=patched pending=3 tasks=57", or of a forced one "... time=1 tasks=1"
std::optional<Blocking> parse_header(string_view line) {
    Blocking blocking;
    for_each_field(line, [&](string_view key, string_view value) {
        if (key == "patch")
            blocking.patch = value;
        else if (key == "target")
            blocking.target = value;
        else if (key == "pending")
            blocking.pending = to_number<unsigned>(value);
        else if (key == "tasks")
            blocking.total = to_number<unsigned>(value);
        else if (key == "time")
            blocking.time = to_number<unsigned>(value);
    });
    return blocking.patch.empty() ? std::nullopt : std::optional(std::move(blocking));
}

std::optional<Blocker> parse_task(string_view line) {
    // The name comes last and may contain anything, such as blanks and fields.
    constexpr string_view name_field = " comm=";
    const size_t name = line.find(name_field);
    if (name == line.npos)
        return std::nullopt;
    Blocker task{.comm = std::string(line.substr(name + name_field.size()))};
    std::optional<unsigned> pid, tid;
    for_each_field(line.substr(0, name), [&](string_view key, string_view value) {
        if (key == "pid")
            pid = to_number<unsigned>(value);
        else if (key == "tid")
            tid = to_number<unsigned>(value);
        else if (key == "kind")
            task.kind = value;
        else if (key == "state")
            task.state = value;
        else if (key == "cpu")
            task.cpu = to_number<unsigned>(value);
        else if (key == "pending_ms")
            task.pending_ms = to_number<unsigned>(value);
        else if (key == "reason")
            task.reason = value;
        else if (key == "frame")
            task.frame = to_number<unsigned>(value);
        else if (key == "function")
            task.function = value;
        else if (key == "object")
            task.object = value;
    });
    if (!pid || !tid)
        return std::nullopt;
    task.pid = *pid;
    task.tid = *tid;
    return task;
}

Result<std::vector<Blocking>> read_list(const fs::path &path) {
    const auto text = read_file(path, list_limit);
    if (text)
        return parse_blockers(*text);
    // The runtime was just unloaded.
    if (text.error() == ENOENT || text.error() == ENODEV)
        return std::vector<Blocking>();
    return fail(sysfs_error("read", path, text.error()));
}

// The numbers among the names of a folder of /proc; nothing if it is gone.
std::vector<unsigned> list_ids(const fs::path &folder) {
    std::vector<unsigned> ids;
    std::error_code problem;
    for (fs::directory_iterator entry(folder, problem), end; !problem && entry != end;
         entry.increment(problem)) {
        if (const auto id = to_number<unsigned>(entry->path().filename().native()))
            ids.push_back(*id);
    }
    std::sort(ids.begin(), ids.end());
    return ids;
}

std::vector<std::string> lines_of(string_view text) {
    std::vector<std::string> lines;
    while (!text.empty())
        lines.emplace_back(take(text, '\n'));
    return lines;
}

// A task of the in-kernel livepatch's, if it has not got to `target`. A task that has ended is
// nothing, but not to be allowed to look is an error.
Result<std::optional<Blocker>> look_at(const fs::path &folder, string_view target) {
    const Result<std::string> state = read_attribute(folder / "patch_state");
    if (!state && state.error().code == ErrorCode::no_permission)
        return fail(state.error());
    if (!state || *state == target || *state == no_transition)
        return std::nullopt;
    return Blocker{.comm = read_attribute(folder / "comm").value_or(""),
                   .stack = lines_of(read_attribute(folder / "stack").value_or(""))};
}

Result<Blocking> read_tasks(const fs::path &proc, const std::string &patch, PatchState state) {
    const bool enabling = state == PatchState::enabling;
    Blocking blocking{.patch = patch,
                      .runtime = Runtime::in_kernel,
                      .target = enabling ? "patched" : "unpatched"};
    for (const unsigned pid : list_ids(proc)) {
        const fs::path threads = proc / std::to_string(pid) / "task";
        for (const unsigned tid : list_ids(threads)) {
            Result<std::optional<Blocker>> task =
                look_at(threads / std::to_string(tid), enabling ? "1" : "0");
            if (!task)
                return fail(task.error());
            if (!*task)
                continue;
            (*task)->pid = pid;
            (*task)->tid = tid;
            blocking.tasks.push_back(std::move(**task));
        }
    }
    return blocking;
}

Result<std::vector<Blocking>> read_in_kernel(const fs::path &proc, const Livepatch &livepatch) {
    const Result<std::vector<std::string>> names = livepatch.names();
    if (!names)
        return fail(names.error());
    std::vector<Blocking> all;
    for (const std::string &name : *names) {
        const Result<Progress> progress = livepatch.progress(name);
        if (!progress || !in_transition(progress->state))
            continue;
        Result<Blocking> blocking = read_tasks(proc, name, progress->state);
        if (!blocking)
            return fail(blocking.error());
        all.push_back(std::move(*blocking));
    }
    return all;
}

} // namespace

std::vector<Blocking> parse_blockers(string_view text) {
    std::vector<Blocking> all;
    Blocker *task = nullptr; // the last one, whose stack follows
    while (!text.empty()) {
        string_view line = take(text, '\n');
        if (line.starts_with('\t')) {
            if (task != nullptr)
                task->stack.emplace_back(line.substr(1));
            continue;
        }
        task = nullptr;
        if (line.starts_with('#')) {
            if (std::optional<Blocking> header = parse_header(line))
                all.push_back(std::move(*header));
        } else if (std::optional<Blocker> parsed = parse_task(line); parsed && !all.empty()) {
            all.back().tasks.push_back(std::move(*parsed));
            task = &all.back().tasks.back();
        }
    }
    return all;
}

Result<std::vector<Blocking>> read_blockers(const Environment &environment,
                                            const Livepatch &livepatch) {
    const fs::path &proc = environment.roots.proc;
    return livepatch.runtime() == Runtime::suture ? read_list(proc / "suture/blockers")
                                                  : read_in_kernel(proc, livepatch);
}

Result<std::vector<Blocking>> read_blockers(const Environment &environment) {
    std::vector<Blocking> all;
    for (const Livepatch &livepatch : Livepatch::find(environment.roots)) {
        Result<std::vector<Blocking>> list = read_blockers(environment, livepatch);
        if (!list)
            return list;
        std::move(list->begin(), list->end(), std::back_inserter(all));
    }
    return all;
}

Result<std::vector<Blocking>> read_forced(const Environment &environment) {
    return read_list(environment.roots.proc / "suture/forced");
}

PatchState direction_of(const Blocking &blocking) {
    return blocking.target == "unpatched" ? PatchState::disabling : PatchState::enabling;
}

std::string reason_of(const Blocker &task) {
    if (task.reason == "function")
        return fmt::format("in {} of {}", task.function, task.object);
    if (task.reason == "running")
        return "running, and not to be stopped";
    if (task.reason == "unreliable")
        return task.frame ? fmt::format("its stack cannot be walked past frame {}", *task.frame)
                          : "its stack cannot be walked";
    if (task.reason == "none")
        return "free to move at the next try";
    return task.reason.empty() ? "has not moved; this runtime does not tell why" : task.reason;
}

std::string command_line_of(const Environment &environment, unsigned pid) {
    const fs::path path = environment.roots.proc / std::to_string(pid) / "cmdline";
    std::string text = read_file(path, command_line_limit).value_or("");
    while (!text.empty() && text.back() == '\0')
        text.pop_back();
    std::replace(text.begin(), text.end(), '\0', ' ');
    return text;
}

std::optional<Clock::Duration> longest_wait(const Blocking &blocking) {
    std::optional<Clock::Duration> longest;
    for (const Blocker &task : blocking.tasks) {
        if (task.pending_ms)
            longest = std::max(longest.value_or(Clock::Duration(0)),
                               Clock::Duration(std::chrono::milliseconds(*task.pending_ms)));
    }
    return longest;
}

} // namespace suture
