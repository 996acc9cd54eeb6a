#include "libklp/bpf_events.h"

#include "libklp/text.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fmt/format.h>

namespace suture {

namespace {

using std::string_view;

// For some 35,000 events: a transition has about one for each task.
constexpr unsigned ring_size = 4U << 20;
// At once, so that what comes meanwhile cannot keep us here for ever.
constexpr size_t most_events = size_t(1) << 16;

Error bpf_error(const std::string &action, int error_number) {
    Error error{.action = action, .why = errno_text(error_number)};
    if (error_number == EPERM || error_number == EACCES)
        error.code = ErrorCode::no_permission;
    return error;
}

// Of what the verifier wrote, the line that says what it does not like: the last before the sum.
string_view reason_in(string_view log) {
    string_view reason;
    while (!log.empty()) {
        const string_view line = take(log, '\n');
        if (!line.empty() && !line.starts_with("processed "))
            reason = line;
    }
    return reason;
}

Error load_error(const char *tracepoint, int error_number, string_view log) {
    Error error = bpf_error(fmt::format("load a BPF program for {}", tracepoint), error_number);
    if (const string_view reason = reason_in(log); !reason.empty())
        error.why += fmt::format(": {}", reason);
    return error;
}

unsigned count_of_numbers(const BpfTracepoint &tracepoint) {
    return static_cast<unsigned>(std::count_if(tracepoint.sizes.begin(), tracepoint.sizes.end(),
                                               [](unsigned size) { return size > 0; }));
}

// An int may be negative, and is not when it comes as a word of 64 bits.
int64_t signed_number(uint64_t number) {
    return static_cast<int32_t>(number);
}

std::string universe_of(uint64_t number) {
    return signed_number(number) != 0 ? "patched" : "unpatched";
}

// As the trace prints a number that it has no word for.
std::string hex(int64_t number) {
    return fmt::format("{:#x}", static_cast<uint64_t>(number));
}

std::string means_of(const TracepointTypes &types, int64_t number) {
    const auto found = types.means.find(number);
    return found == types.means.end() ? hex(number) : found->second;
}

// The kernel's errors are the same everywhere that Suture runs.
std::string reason_of(int64_t number) {
    switch (number) {
    case -EBUSY:
        return "running";
    case -EINVAL:
        return "unreliable";
    case -EADDRINUSE:
        return "function";
    default:
        return hex(number);
    }
}

void set_numbers(Event &event, const BpfRecord &record, const TracepointTypes &types,
                 KernelSymbols &symbols) {
    const auto &[first, second, third] = record.numbers;
    switch (event.kind) {
    case EventKind::transition_start:
    case EventKind::transition_reversed:
        event.target = universe_of(first);
        event.tasks = static_cast<unsigned>(second);
        break;
    case EventKind::transition_complete:
        event.target = universe_of(first);
        event.duration_us = second;
        event.forced = third != 0;
        break;
    case EventKind::task_switched:
        event.target = universe_of(first);
        event.means = means_of(types, signed_number(second));
        event.pending_us = third;
        break;
    case EventKind::task_blocked:
        event.target = universe_of(first);
        event.reason = reason_of(signed_number(second));
        // Elsewhere it is no address.
        if (event.reason == "function")
            event.where = symbols.describe(third);
        break;
    case EventKind::audit_violation:
        event.universe = universe_of(first);
        event.call = symbols.describe(second);
        event.found = symbols.describe(third);
        break;
    default:
        break;
    }
}

} // namespace

Event to_event(const BpfRecord &record, const TracepointTypes &types, KernelSymbols &symbols) {
    const BpfTracepoint &tracepoint = tracepoints.at(record.event);
    Event event{.kind = tracepoint.kind,
                .name = tracepoint.name,
                .cpu = record.cpu,
                .time = Clock::TimePoint(std::chrono::nanoseconds(record.time))};
    const size_t longest = tracepoint.of_task ? types.task.comm_size : record.text.size();
    const std::string text(record.text.data(), strnlen(record.text.data(), longest));
    if (tracepoint.of_task) {
        event.comm = text;
        event.pid = record.pid;
    } else {
        event.patch = text;
    }
    set_numbers(event, record, types, symbols);
    return event;
}

Result<std::unique_ptr<EventSource>> BpfEvents::open(const Roots &roots, Bpf &bpf) {
    Result<TracepointTypes> types = read_tracepoint_types(roots);
    if (!types)
        return fail(types.error());
    Result<KernelSymbols> symbols = KernelSymbols::open(roots);
    if (!symbols)
        return fail(symbols.error());
    const auto btf = bpf.find_btf("suture");
    if (!btf)
        return fail(bpf_error("find the BTF of Suture", btf.error()));
    auto records = bpf.make_ring(ring_size);
    if (!records)
        return fail(bpf_error("make a BPF ring buffer", records.error()));
    auto ring = bpf.open_ring(*records);
    if (!ring)
        return fail(bpf_error("read a BPF ring buffer", ring.error()));
    auto lost = bpf.make_counter();
    if (!lost)
        return fail(bpf_error("make a BPF map", lost.error()));
    std::unique_ptr<BpfEvents> events(new BpfEvents(bpf, std::move(*types), std::move(*symbols),
                                                    std::move(*records), std::move(*lost),
                                                    std::move(*ring)));
    if (const auto attached = events->attach_all(*btf); !attached)
        return fail(attached.error());
    return events;
}

Result<void> BpfEvents::attach_all(const File &btf) {
    // All of them are loaded before the first one is attached: where one is refused nothing has
    // run.
    std::vector<File> programs;
    for (size_t index = 0; index < tracepoints.size(); ++index) {
        const BpfTracepoint &tracepoint = tracepoints[index];
        const auto code = assemble({.event = static_cast<uint32_t>(index),
                                    .of_task = tracepoint.of_task,
                                    .numbers = count_of_numbers(tracepoint),
                                    .task = types_.task,
                                    .records = records_.descriptor(),
                                    .lost = lost_.descriptor()});
        std::string log;
        auto program = bpf_->load(code, btf, types_.ids[index], log);
        if (!program)
            return fail(load_error(tracepoint.name, program.error(), log));
        programs.push_back(std::move(*program));
    }
    for (const File &program : programs) {
        auto attached = bpf_->attach(program);
        if (!attached)
            return fail(bpf_error("attach a BPF program", attached.error()));
        attached_.push_back(std::move(*attached));
    }
    return {};
}

Result<std::vector<Event>> BpfEvents::next() {
    std::vector<Event> events;
    const auto consumed = ring_->consume([&](string_view record) {
        take(record, events);
        return events.size() < most_events;
    });
    if (!consumed)
        return fail(bpf_error("read a BPF ring buffer", consumed.error()));
    if (events.size() >= most_events) // what was lost came behind what is still to be read
        return events;
    const auto lost = bpf_->read_counter(lost_);
    if (!lost)
        return fail(bpf_error("read a BPF map", lost.error()));
    for (unsigned cpu = 0; cpu < lost->size(); ++cpu)
        note_lost(cpu, (*lost)[cpu], events);
    return events;
}

void BpfEvents::take(string_view bytes, std::vector<Event> &events) {
    BpfRecord record;
    if (bytes.size() < sizeof(record))
        return;
    std::memcpy(&record, bytes.data(), sizeof(record));
    if (record.event >= tracepoints.size())
        return;
    note_lost(record.cpu, record.lost, events);
    events.push_back(to_event(record, types_, symbols_));
}

// As in a trace: those of each CPU before its next event, or when there is nothing more to be read.
void BpfEvents::note_lost(unsigned cpu, uint64_t count, std::vector<Event> &events) {
    uint64_t &told = told_[cpu];
    if (count <= told)
        return;
    events.push_back({.kind = EventKind::lost, .name = "lost", .cpu = cpu, .lost = count - told});
    told = count;
}

} // namespace suture
