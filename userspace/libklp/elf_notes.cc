#include "libklp/elf_notes.h"

#include "libklp/text.h"

#include <algorithm>
#include <elf.h>

namespace suture {

namespace {

using std::string_view;
using std::string_view_literals::operator""sv;

constexpr string_view gnu = "GNU\0"sv;

} // namespace

uint64_t number_in(string_view bytes, std::endian byte_order) {
    uint64_t value = 0;
    for (size_t index = 0; index < bytes.size(); ++index) {
        const size_t from_top = byte_order == std::endian::big ? index : bytes.size() - 1 - index;
        value = value << 8 | static_cast<unsigned char>(bytes[from_top]);
    }
    return value;
}

std::optional<Note> NoteReader::next() {
    const std::optional<uint32_t> name_size = number();
    const std::optional<uint32_t> content_size = number();
    const std::optional<uint32_t> type = number();
    if (!name_size || !content_size || !type)
        return std::nullopt;
    const std::optional<string_view> name = padded(*name_size);
    const std::optional<string_view> content = padded(*content_size);
    if (!name || !content)
        return std::nullopt;
    return Note{.name = *name, .type = *type, .content = *content};
}

std::optional<uint32_t> NoteReader::number() {
    const std::optional<string_view> bytes = padded(sizeof(uint32_t));
    if (!bytes)
        return std::nullopt;
    return static_cast<uint32_t>(number_in(*bytes, byte_order_));
}

// The padding of the last one may be missing.
std::optional<string_view> NoteReader::padded(size_t size) {
    if (size > rest_.size())
        return std::nullopt;
    const string_view taken = rest_.substr(0, size);
    rest_.remove_prefix(std::min((size + 3) & ~size_t(3), rest_.size()));
    return taken;
}

std::string build_id_in(string_view notes, std::endian byte_order) {
    for (NoteReader reader(notes, byte_order); !reader.at_end();) {
        const std::optional<Note> note = reader.next();
        if (!note)
            break;
        if (note->type != NT_GNU_BUILD_ID || note->name != gnu)
            continue;
        return hexadecimal(note->content);
    }
    return {};
}

} // namespace suture
