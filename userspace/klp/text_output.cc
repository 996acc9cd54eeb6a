#include "klp/output.h"

#include "libklp/effective_release.h"
#include "libklp/expiry.h"

#include <algorithm>
#include <chrono>
#include <fmt/chrono.h>
#include <fmt/format.h>
#include <fmt/ostream.h>
#include <fmt/ranges.h>

namespace suture {

namespace {

// Of terminals.
constexpr int red = 31;
constexpr int green = 32;
constexpr int yellow = 33;

std::string runtime_names(const Status &status) {
    if (status.runtimes.empty())
        return "none (load Suture: modprobe suture)";
    std::vector<std::string> names;
    for (const RuntimeStatus &runtime : status.runtimes)
        names.push_back(runtime.version.empty()
                            ? to_text(runtime.runtime)
                            : fmt::format("{} {}", to_text(runtime.runtime), runtime.version));
    return fmt::format("{}", fmt::join(names, ", "));
}

// "demo: enabling, 2 of 57 tasks to go after 3.4 s"
std::string heading(const Blocking &blocking) {
    // A list gets shorter while it is read.
    const auto listed = static_cast<unsigned>(blocking.tasks.size());
    const unsigned pending = std::max(blocking.pending.value_or(listed), listed);
    std::string text =
        fmt::format("{}: {}, {} to go", printable(blocking.patch), to_text(direction_of(blocking)),
                    blocking.total ? fmt::format("{} of {} tasks", pending, *blocking.total)
                                   : count_of_tasks(pending));
    if (const auto waited = longest_wait(blocking))
        text += fmt::format(" after {}", to_text(*waited));
    if (pending > listed)
        text += fmt::format("; {} of these have moved meanwhile", pending - listed);
    return text;
}

// "demo: forced to be patched on 2026-01-01 00:00:00 UTC, over 1 task"
std::string heading_of_forced(const Blocking &blocking) {
    return fmt::format(
        "{}: forced to be {} on {:%Y-%m-%d %H:%M:%S} UTC, over {}", printable(blocking.patch),
        printable(blocking.target),
        fmt::gmtime(static_cast<std::time_t>(blocking.time.value_or(0))),
        count_of_tasks(blocking.total.value_or(static_cast<unsigned>(blocking.tasks.size()))));
}

std::string heading_of(const Object &object) {
    return printable(object.name) + (object.patched.value_or(true) ? "" : " (not patched)");
}

std::string end_of(const StoredPatch &patch, const std::string &today) {
    const Metadata metadata = metadata_of(patch);
    if (metadata.expires.empty())
        return "no end is given";
    return fmt::format("until {}{}", printable(metadata.expires),
                       is_expired(metadata, today) ? ", expired" : "");
}

} // namespace

const char *overall_state(const Status &status) {
    return status.transition_runs() ? "in_progress" : "ready";
}

std::string to_text(Clock::Duration duration) {
    const double seconds = std::chrono::duration<double>(duration).count();
    return seconds < 1 ? fmt::format("{:.0f} ms", seconds * 1000)
                       : fmt::format("{:.1f} s", seconds);
}

std::string count_of_tasks(unsigned count) {
    return fmt::format("{} task{}", count, count == 1 ? "" : "s");
}

std::string tasks_to_go(const Progress &progress) {
    if (!progress.pending_tasks || !progress.total_tasks)
        return {};
    return fmt::format(", {} of {} tasks to go", *progress.pending_tasks, *progress.total_tasks);
}

void TextOutput::status(const Status &status, const std::optional<Attempt> &failed_boot) {
    fmt::print(out_, "{}\n", overall_state(status));
    fmt::print(out_, "kernel:  {} ({})\n", status.kernel.release, status.kernel.machine);
    fmt::print(out_, "runtime: {}\n", runtime_names(status));
    if (failed_boot)
        fmt::print(out_, "boot:    {} is not loaded at boot: the last one that did so {}\n",
                   printable(to_text(failed_boot->id)), in_color(red, "failed"));
    fmt::print(out_, "patches:{}\n", status.patches.empty() ? " none" : "");
    for (const Patch &patch : status.patches)
        this->patch(patch, status.runtimes.size() > 1);
}

void TextOutput::state(const Status &status) {
    fmt::print(out_, "{}\n", overall_state(status));
}

void TextOutput::patch(const Patch &patch, bool name_runtime) {
    fmt::print(out_, "  {}: {}{}{}{}\n", printable(patch.name), painted(patch.progress.state),
               tasks_to_go(patch.progress),
               patch.elapsed ? fmt::format(" after {}", to_text(*patch.elapsed)) : "",
               name_runtime ? fmt::format(" [{}]", to_text(patch.runtime)) : "");
    for (const Object &object : patch.objects) {
        fmt::print(out_, "    {}\n", heading_of(object));
        for (const Function &function : object.functions)
            fmt::print(out_, "      {},{}\n", printable(function.name), function.sympos);
    }
}

void TextOutput::patches(const Status &status) {
    for (const Patch &patch : status.patches) {
        const std::string &version = patch.metadata.version;
        fmt::print(out_, "{}: {}{}\n", printable(patch.name), painted(patch.progress.state),
                   version.empty() ? "" : fmt::format(", version {}", printable(version)));
        if (verbosity_ > 0) {
            line("package", patch.package);
            line("file", patch.file);
        }
        if (patch.metadata_problem.empty())
            metadata(patch.metadata);
        else
            line("its metadata cannot be read", patch.metadata_problem);
        if (verbosity_ > 1)
            live_owners(patch);
    }
}

void TextOutput::live_owners(const Patch &patch) {
    for (const Object &object : patch.objects) {
        fmt::print(out_, "  object: {}\n", heading_of(object));
        for (const Function &function : object.functions)
            fmt::print(out_, "    {},{}{}\n", printable(function.name), function.sympos,
                       function.live.empty() ? "" : ": " + printable(function.live));
    }
}

void TextOutput::metadata(const Metadata &metadata) {
    if (verbosity_ > 0) {
        line("description", metadata.description);
        line("built for", metadata.kernel);
        line("expires", metadata.expires);
    }
    if (metadata.initial)
        line("CVE", "(none - this is an initial live patch)");
    for (const Cve &cve : metadata.cves)
        line("fixes", cve.score.empty() ? cve.name : fmt::format("{} ({})", cve.name, cve.score));
    if (verbosity_ == 0)
        return;
    for (const std::string &bug : metadata.bugs)
        line("bug", bug);
    for (const ObjectBuild &object : metadata.objects)
        line("only for", fmt::format("{} with {} {}", object.object, object.kind, object.id));
}

void TextOutput::stored(const std::vector<StoredPatch> &patches, const std::string &running) {
    std::string release;
    for (const StoredPatch &patch : patches) {
        if (patch.id.release != release)
            fmt::print(out_, "{}{}\n", printable(patch.id.release),
                       patch.id.release == running ? " (running)" : "");
        release = patch.id.release;
        const char *state = to_text(patch.state);
        fmt::print(out_, "  {}: {}{}{}\n", printable(to_text(patch.id)),
                   patch.state == StoredState::active ? in_color(green, state) : state,
                   patch.file && patch.file->metadata->initial ? ", initial live patch" : "",
                   patch.package.empty() ? "" : ", from the package " + patch.package);
        if (!patch.problem.empty())
            fmt::print(out_, "    {}: {}\n", in_color(red, "it will not be loaded"),
                       printable(patch.problem));
        if (patch.failed_boot)
            fmt::print(out_, "    {}: the last boot that did so failed\n",
                       in_color(red, "it is not loaded at boot"));
    }
    if (patches.empty())
        fmt::print(out_, "no patches are installed\n");
}

// A kernel is looked after as long as its last version is.
void TextOutput::lifecycle(const std::vector<StoredPatch> &patches, const std::string &running,
                           const std::string &today) {
    for (auto patch = patches.begin(); patch != patches.end();) {
        const std::string &release = patch->id.release;
        const auto end = std::find_if(patch, patches.end(), [&](const StoredPatch &other) {
            return other.id.release != release;
        });
        fmt::print(out_, "{}{}: {}\n", printable(release), release == running ? " (running)" : "",
                   end_of(*std::prev(end), today));
        for (; patch != end; ++patch)
            fmt::print(out_, "  {}: {}, {}\n", printable(to_text(patch->id)), to_text(patch->state),
                       end_of(*patch, today));
    }
    if (patches.empty())
        fmt::print(out_, "no patches are installed\n");
}

void TextOutput::kernels(const std::vector<InstalledKernel> &kernels) {
    for (const InstalledKernel &kernel : kernels)
        fmt::print(out_, "{}{}{}: {}\n", printable(kernel.release),
                   kernel.running ? " (running)" : "", kernel.boots_next ? " (boots next)" : "",
                   describe(kernel));
    if (kernels.empty())
        fmt::print(out_, "no such kernel is installed\n");
}

void TextOutput::next_kernel(const InstalledKernel &kernel, bool) {
    kernels({kernel});
}

std::string TextOutput::describe(const InstalledKernel &kernel) const {
    if (kernel.will_be_patched())
        return in_color(green, printable(to_text(*kernel.active)).c_str());
    return fmt::format("{}, {}", in_color(red, "no patch"), printable(why_unpatched(kernel)));
}

void TextOutput::line(const char *label, const std::string &text) {
    if (!text.empty())
        fmt::print(out_, "  {}: {}\n", label, printable(text));
}

void TextOutput::effective(const Status &status) {
    fmt::print(out_, "{}\n", effective_release(status));
}

void TextOutput::findings(const std::vector<Finding> &findings) {
    for (const Finding &finding : findings) {
        fmt::print(out_, "{}: {}: {}\n", painted(finding.health), finding.check,
                   printable(finding.what));
        line("  do", finding.hint);
    }
}

void TextOutput::verification(const Verification &verification) {
    for (const CheckResult &result : verification.results) {
        fmt::print(out_, "{}: {}: {}\n", painted(result.verdict), result.check, to_text(result));
        line("  do", result.hint);
    }
    fmt::print(out_, "{}: {} errors, {} warnings, {} not checked\n",
               printable(verification.file.name), verification.count(Verdict::error),
               verification.count(Verdict::warning), verification.count(Verdict::unknown));
}

void TextOutput::blocking(const std::vector<Blocking> &transitions, bool forced) {
    if (transitions.empty())
        fmt::print(out_, "{}\n", forced ? "no transition was forced" : "no transition runs");
    for (const Blocking &blocking : transitions) {
        fmt::print(out_, "{}\n", forced ? heading_of_forced(blocking) : heading(blocking));
        for (const Blocker &task : blocking.tasks)
            blocker(task);
    }
}

void TextOutput::blocker(const Blocker &task) {
    fmt::print(out_, "  {} {}{}: {}{}\n", task.tid, printable(task.comm),
               task.tid == task.pid ? "" : fmt::format(" (thread of {})", task.pid),
               printable(reason_of(task)),
               task.pending_ms
                   ? fmt::format(", for {}", to_text(Clock::Duration(
                                                 std::chrono::milliseconds(*task.pending_ms))))
                   : "");
    if (verbosity_ > 0 && command_line_of_)
        line("  command", command_line_of_(task.pid));
    if (verbosity_ < 2)
        return;
    if (!task.kind.empty())
        fmt::print(out_, "    kind: {}, state {}{}\n", printable(task.kind), printable(task.state),
                   task.cpu ? fmt::format(", CPU {}", *task.cpu) : "");
    for (const std::string &frame : task.stack)
        fmt::print(out_, "      {}\n", printable(frame));
}

std::string to_text(const Outcome &outcome) {
    const std::string took = to_text(outcome.elapsed);
    const auto describe = [&]() -> std::string {
        switch (outcome.kind) {
        case Outcome::Kind::loaded:
            return fmt::format("loaded and enabled in {}", took);
        case Outcome::Kind::enabled:
            return fmt::format("enabled in {}", took);
        case Outcome::Kind::disabled:
            return fmt::format("disabled in {}", took);
        case Outcome::Kind::reverted:
            return fmt::format("reverted and unloaded in {}", took);
        case Outcome::Kind::unloaded:
            return "was disabled already; unloaded";
        case Outcome::Kind::forced_on:
            return fmt::format("forced, and enabled in {}; see 'klp blocking --forced'", took);
        case Outcome::Kind::forced_off:
            return fmt::format("forced, and disabled in {}; its module has to stay; see 'klp "
                               "blocking --forced'",
                               took);
        case Outcome::Kind::already_enabled:
            return "loaded and enabled already; nothing to do";
        case Outcome::Kind::not_loaded:
            return "not loaded; nothing to do";
        }
        return "done";
    };
    return fmt::format("{}: {}", printable(outcome.patch), describe());
}

std::string TextOutput::in_color(int color, const char *text) const {
    return color_ ? fmt::format("\x1b[{}m{}\x1b[0m", color, text) : text;
}

std::string TextOutput::painted(PatchState state) const {
    const int color = state == PatchState::enabled ? green : in_transition(state) ? yellow : 0;
    return in_color(color, to_text(state));
}

std::string TextOutput::painted(Verdict verdict) const {
    const int color = verdict == Verdict::ok ? green : verdict == Verdict::error ? red : yellow;
    return in_color(color, to_text(verdict));
}

std::string TextOutput::painted(Health health) const {
    const int color = health == Health::good ? green : health == Health::bad ? red : yellow;
    return in_color(color, to_text(health));
}

} // namespace suture
