#include "libklp/kernel_log.h"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

namespace suture {

namespace {

using std::string_view;

// The kernel gives one record a read() and refuses a smaller buffer: CONSOLE_EXT_LOG_MAX.
constexpr size_t longest_record = 8192;
// More than any burst that belongs to one failed load.
constexpr size_t log_limit = size_t(1) << 20;
// More than the ring of any kernel.
constexpr size_t whole_log_limit = size_t(64) << 20;

// Takes "KIND 'NAME': " off the front of `text`.
std::string take_named(string_view &text, string_view kind) {
    const std::string opening = fmt::format("{} '", kind);
    if (!text.starts_with(opening))
        return {};
    const size_t end = text.find("': ", opening.size());
    if (end == text.npos)
        return {};
    std::string name(text.substr(opening.size(), end - opening.size()));
    text.remove_prefix(end + 3);
    return name;
}

// From where the file stands.
std::vector<KernelMessage> read_messages(const File &kmsg, size_t limit) {
    std::string records;
    char record[longest_record];
    while (records.size() < limit) {
        const ssize_t count = ::read(kmsg.descriptor(), record, sizeof(record));
        // EPIPE: the ring went round and the oldest are lost; the next read has what is left.
        if (count < 0 && (errno == EINTR || errno == EPIPE))
            continue;
        if (count <= 0)
            break;
        records.append(record, static_cast<size_t>(count));
    }
    return parse_kernel_messages(records);
}

} // namespace

std::vector<KernelMessage> parse_kernel_messages(string_view records) {
    std::vector<KernelMessage> messages;
    while (!records.empty()) {
        const string_view line = records.substr(0, records.find('\n'));
        records.remove_prefix(std::min(line.size() + 1, records.size()));
        // "priority,sequence,time,flags[,more];text"; lines that begin with a space continue it
        // with a dictionary for machines.
        const size_t semicolon = line.find(';');
        unsigned priority = 0;
        const auto [stop, problem] =
            std::from_chars(line.data(), line.data() + line.size(), priority);
        if (semicolon == line.npos || problem != std::errc() || stop == line.data() + line.size() ||
            *stop != ',')
            continue;
        const unsigned facility = priority >> 3;
        if (facility != 0)
            continue;
        messages.push_back(
            {.level = priority & 7, .text = std::string(line.substr(semicolon + 1))});
    }
    return messages;
}

KernelLog::KernelLog(const std::filesystem::path &kmsg) {
    auto file = File::open(kmsg, O_RDONLY | O_NONBLOCK);
    if (file && lseek(file->descriptor(), 0, SEEK_END) >= 0)
        file_ = std::move(*file);
}

std::optional<std::vector<KernelMessage>>
KernelLog::all_messages(const std::filesystem::path &kmsg) {
    const auto file = File::open(kmsg, O_RDONLY | O_NONBLOCK);
    return file ? std::optional(read_messages(*file, whole_log_limit)) : std::nullopt;
}

std::vector<KernelMessage> KernelLog::new_messages() const {
    return file_ ? read_messages(*file_, log_limit) : std::vector<KernelMessage>();
}

std::vector<std::string> failure_messages(const std::vector<KernelMessage> &messages,
                                          string_view name) {
    constexpr unsigned warning = 4;
    const std::string of_module = fmt::format("{}: ", name);
    std::vector<std::string> found;
    for (const KernelMessage &message : messages) {
        string_view text = message.text;
        if (text.starts_with("module: "))
            text.remove_prefix(sizeof("module: ") - 1);
        const bool about_it = text.starts_with("livepatch: ") || text.starts_with("suture: ") ||
                              text.starts_with(of_module) || text.starts_with("Loading of ") ||
                              text.starts_with("Invalid ") || text.starts_with("ELF Spec");
        // Lockdown speaks up as a notice. That a module taints the kernel stops nothing.
        const bool relevant =
            (about_it && message.level <= warning && text.find("taint") == text.npos) ||
            text.starts_with("Lockdown: ");
        if (relevant)
            found.push_back(message.text);
    }
    return found;
}

std::vector<std::string> deadline_messages(const std::vector<KernelMessage> &messages,
                                           string_view name) {
    const std::string gives_up =
        fmt::format("livepatch: '{}': patching transition not complete after its deadline", name);
    std::vector<std::string> found;
    for (const KernelMessage &message : messages) {
        if (message.text.starts_with(gives_up))
            found = {message.text};
        else if (!found.empty() && message.text.starts_with("livepatch:   "))
            found.push_back(message.text);
    }
    return found;
}

std::optional<RuntimeReason> parse_runtime_reason(string_view text) {
    constexpr string_view prefix = "livepatch: ";
    if (!text.starts_with(prefix))
        return std::nullopt;
    text.remove_prefix(prefix.size());
    RuntimeReason reason;
    reason.patch = take_named(text, "patch");
    if (reason.patch.empty())
        return std::nullopt;
    reason.object = take_named(text, "object");
    reason.function = take_named(text, "function");
    const size_t separator = text.find("; ");
    reason.why = text.substr(0, separator);
    if (separator != text.npos)
        reason.hint = text.substr(separator + 2);
    return reason;
}

} // namespace suture
