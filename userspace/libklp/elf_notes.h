// ELF notes, as sections of a file and files of sysfs have them: one after the other, each with a
// name, a type and a content. They may come from any file, so every size in them is checked.

#pragma once

#include <bit>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace suture {

struct Note {
    std::string_view name; // with its NUL
    uint32_t type = 0;
    std::string_view content;
};

// Takes notes off the front of what is left of the section.
class NoteReader {
  public:
    NoteReader(std::string_view rest, std::endian byte_order)
        : rest_(rest), byte_order_(byte_order) {}

    bool at_end() const { return rest_.empty(); }

    // Nothing where the section ends before the note does.
    std::optional<Note> next();

  private:
    std::optional<uint32_t> number();
    std::optional<std::string_view> padded(size_t size);

    std::string_view rest_;
    std::endian byte_order_;
};

// An unsigned number of `bytes.size()` bytes, at most 8.
uint64_t number_in(std::string_view bytes, std::endian byte_order);

// The GNU build-id among the notes, in hexadecimal; empty if there is none.
std::string build_id_in(std::string_view notes, std::endian byte_order);

} // namespace suture
