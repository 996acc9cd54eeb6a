#include "libklp/metadata.h"

#include "libklp/elf_notes.h"
#include "libklp/file.h"
#include "libklp/sysfs.h"
#include "libklp/text.h"

#include <algorithm>
#include <cerrno>
#include <fmt/format.h>
#include <optional>

namespace suture {

namespace {

using std::string_view;
using std::string_view_literals::operator""sv;

constexpr string_view note_name = "Suture\0"sv;
constexpr uint32_t note_field = 0x53550001;
// Far above what people write, and small enough to show that more is damage.
constexpr size_t notes_limit = size_t(1) << 20;

std::vector<std::string> words(string_view text) {
    std::vector<std::string> words;
    while (!text.empty()) {
        const string_view word = take_word(text);
        if (!word.empty())
            words.emplace_back(word);
    }
    return words;
}

const char *add_once(std::string &field, string_view value) {
    if (!field.empty())
        return "it is there twice";
    field = value;
    return nullptr;
}

const char *add_initial(Metadata &metadata, string_view value) {
    if (value != "yes")
        return "it is not 'yes'";
    metadata.initial = true;
    return nullptr;
}

const char *add_cve(Metadata &metadata, string_view value) {
    std::vector<std::string> parts = words(value);
    if (parts.empty() || parts.size() > 2)
        return "it is not a name and a score";
    parts.resize(2);
    metadata.cves.push_back({.name = std::move(parts[0]), .score = std::move(parts[1])});
    return nullptr;
}

const char *add_object(Metadata &metadata, string_view value) {
    std::vector<std::string> parts = words(value);
    if (parts.size() != 3)
        return "it is not a module, a kind and an id";
    metadata.objects.push_back(
        {.object = std::move(parts[0]), .kind = std::move(parts[1]), .id = std::move(parts[2])});
    return nullptr;
}

// What is wrong with the field, or nothing.
const char *add_field(Metadata &metadata, string_view key, string_view value) {
    if (key == "version")
        return add_once(metadata.version, value);
    if (key == "kernel")
        return add_once(metadata.kernel, value);
    if (key == "description")
        return add_once(metadata.description, value);
    if (key == "expires")
        return add_once(metadata.expires, value);
    if (key == "initial")
        return add_initial(metadata, value);
    if (key == "cve")
        return add_cve(metadata, value);
    if (key == "object")
        return add_object(metadata, value);
    if (key == "bug")
        metadata.bugs.emplace_back(value);
    return nullptr;
}

Error damaged_note(std::string why) {
    return {.code = ErrorCode::not_a_module,
            .action = "read the metadata of the patch",
            .why = std::move(why),
            .hint = "build the patch again with the macros of <suture/metadata.h>"};
}

Result<void> add_note(Metadata &metadata, string_view content) {
    // The NUL counts as content; it ends the text, and nothing may hide behind it.
    if (content.empty() || content.find('\0') != content.size() - 1)
        return fail(damaged_note("a field does not end with its only NUL"));
    content.remove_suffix(1);
    const size_t equals = content.find('=');
    if (equals == content.npos || equals == 0)
        return fail(damaged_note(fmt::format("'{}' is no KEY=VALUE", content)));
    const string_view key = content.substr(0, equals);
    const char *wrong = add_field(metadata, key, content.substr(equals + 1));
    if (wrong != nullptr)
        return fail(damaged_note(fmt::format("its field '{}' is wrong: {}", key, wrong)));
    return {};
}

// The compiler may emit them in any order.
void sort_lists(Metadata &metadata) {
    std::sort(metadata.cves.begin(), metadata.cves.end(),
              [](const Cve &a, const Cve &b) { return a.name < b.name; });
    std::sort(metadata.bugs.begin(), metadata.bugs.end());
    std::sort(metadata.objects.begin(), metadata.objects.end(),
              [](const ObjectBuild &a, const ObjectBuild &b) { return a.object < b.object; });
}

} // namespace

Result<Metadata> parse_metadata(string_view notes, std::endian byte_order) {
    if (notes.size() > notes_limit)
        return fail(damaged_note(fmt::format("it is larger than {} bytes", notes_limit)));
    Metadata metadata;
    for (NoteReader reader(notes, byte_order); !reader.at_end();) {
        const std::optional<Note> note = reader.next();
        if (!note)
            return fail(damaged_note("a note is cut off"));
        if (note->name != note_name || note->type != note_field)
            continue;
        const Result<void> added = add_note(metadata, note->content);
        if (!added)
            return fail(added.error());
    }
    sort_lists(metadata);
    return metadata;
}

Result<Metadata> loaded_metadata(const std::filesystem::path &sys, const std::string &module) {
    const std::filesystem::path path = sys / "module" / module / "notes" / metadata_section;
    const auto notes = read_file(path, notes_limit);
    if (notes)
        return parse_metadata(*notes, std::endian::native);
    if (notes.error() == ENOENT || notes.error() == ENODEV)
        return Metadata();
    return fail(sysfs_error("read", path, notes.error()));
}

} // namespace suture
