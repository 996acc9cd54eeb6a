#include "libklp/patch_tables.h"

#include "libklp/elf_notes.h"
#include "libklp/name_limits.h"

#include <cstring>
#include <gelf.h>
#include <map>
#include <optional>
#include <utility>

namespace suture {

namespace {

using std::string_view;

// Layouts on 64-bit machines, in bytes. The sizes are those of kernels without
// CONFIG_DEBUG_KOBJECT_RELEASE, which makes every kobject larger.
constexpr uint64_t pointer_size = 8;
constexpr uint64_t patch_mod = 0, patch_objs = 8;
constexpr uint64_t object_name = 0, object_funcs = 8, object_size = 168;
constexpr uint64_t func_old_name = 0, func_new_func = 8, func_old_sympos = 16, func_size = 152;

struct Place {
    size_t section = 0;
    uint64_t offset = 0;
    bool operator==(const Place &) const = default;
    bool operator<(const Place &other) const {
        return std::pair(section, offset) < std::pair(other.section, other.offset);
    }

    Place operator+(uint64_t bytes) const { return {section, offset + bytes}; }
};

// The relocations that store the address of a symbol in a pointer.
std::optional<uint64_t> pointer_relocation(unsigned machine) {
    switch (machine) {
    case EM_X86_64:
        return R_X86_64_64;
    case EM_S390:
        return R_390_64;
    case EM_PPC64:
        return R_PPC64_ADDR64;
    default:
        return std::nullopt;
    }
}

struct Section {
    uint64_t flags = 0;
    uint64_t size = 0;
    string_view bytes; // empty for one that is all zeros
};

// The data of a module that is not linked yet: bytes, and pointers between them.
class Image {
  public:
    // Nothing for a machine or an ELF class of which the layouts are not known.
    static std::optional<Image> read(Elf *elf, string_view content);

    const std::map<Place, Place> &pointers() const { return pointers_; }
    bool is_this_module(Place place) const { return this_module_ == place; }

    std::optional<Place> pointer(Place place) const;
    std::optional<uint64_t> number(Place place) const;
    // Nothing for what is longer: many pointers may lead to one text, which each would copy.
    std::optional<std::string> text(Place place, size_t longest) const;
    std::string function_at(Place place) const;

    // Whether it lies within a section of data.
    bool is_data(Place place, uint64_t size) const;

    // Of the variable that starts there, where the symbols tell.
    std::optional<uint64_t> size_of_variable(Place place) const;

  private:
    void add_section(Elf_Scn *section, const GElf_Shdr &header, string_view content);
    void add_symbols(Elf *elf, Elf_Data *symbols, const GElf_Shdr &header);
    void add_relocations(Elf *elf, Elf_Scn *section, const GElf_Shdr &header, uint64_t type);
    std::optional<Place> target_of(const GElf_Rela &relocation, Elf_Data *symbols) const;

    std::endian byte_order_ = std::endian::little;
    std::vector<Section> sections_{1};
    std::map<Place, Place> pointers_;
    std::map<Place, const char *> functions_; // their names, which are libelf's
    std::map<Place, uint64_t> variables_;
    std::optional<Place> this_module_;
};

std::optional<Image> Image::read(Elf *elf, string_view content) {
    GElf_Ehdr header = {};
    if (gelf_getehdr(elf, &header) == nullptr || header.e_ident[EI_CLASS] != ELFCLASS64)
        return std::nullopt;
    const std::optional<uint64_t> type = pointer_relocation(header.e_machine);
    if (!type)
        return std::nullopt;
    Image image;
    image.byte_order_ =
        header.e_ident[EI_DATA] == ELFDATA2MSB ? std::endian::big : std::endian::little;
    GElf_Shdr shdr = {};
    for (Elf_Scn *section = elf_nextscn(elf, nullptr); section != nullptr;
         section = elf_nextscn(elf, section)) {
        if (gelf_getshdr(section, &shdr) == nullptr)
            return std::nullopt;
        image.add_section(section, shdr, content);
    }
    // A section of relocations may come before the one that it is about.
    for (Elf_Scn *section = elf_nextscn(elf, nullptr); section != nullptr;
         section = elf_nextscn(elf, section)) {
        if (gelf_getshdr(section, &shdr) == nullptr)
            return std::nullopt;
        if (shdr.sh_type == SHT_SYMTAB)
            image.add_symbols(elf, elf_getdata(section, nullptr), shdr);
        else if (shdr.sh_type == SHT_RELA)
            image.add_relocations(elf, section, shdr, *type);
    }
    return image;
}

void Image::add_section(Elf_Scn *section, const GElf_Shdr &header, string_view content) {
    sections_.resize(std::max(sections_.size(), elf_ndxscn(section) + 1));
    Section &added = sections_[elf_ndxscn(section)];
    added.flags = header.sh_flags;
    added.size = header.sh_size;
    if (header.sh_type != SHT_NOBITS && header.sh_offset <= content.size())
        added.bytes = content.substr(header.sh_offset, header.sh_size);
}

void Image::add_symbols(Elf *elf, Elf_Data *symbols, const GElf_Shdr &header) {
    GElf_Sym symbol = {};
    for (int index = 1; gelf_getsym(symbols, index, &symbol) != nullptr; ++index) {
        const Place place{symbol.st_shndx, symbol.st_value};
        const char *name = elf_strptr(elf, header.sh_link, symbol.st_name);
        if (name == nullptr || symbol.st_shndx == SHN_UNDEF || symbol.st_shndx >= SHN_LORESERVE)
            continue;
        if (std::strcmp(name, "__this_module") == 0)
            this_module_ = place;
        if (GELF_ST_TYPE(symbol.st_info) == STT_FUNC)
            functions_.emplace(place, name);
        else if (GELF_ST_TYPE(symbol.st_info) == STT_OBJECT)
            variables_.emplace(place, symbol.st_size);
    }
}

void Image::add_relocations(Elf *elf, Elf_Scn *section, const GElf_Shdr &header, uint64_t type) {
    Elf_Data *relocations = elf_getdata(section, nullptr);
    Elf_Scn *symbol_table = elf_getscn(elf, header.sh_link);
    Elf_Data *symbols = symbol_table == nullptr ? nullptr : elf_getdata(symbol_table, nullptr);
    if (symbols == nullptr || symbols->d_type != ELF_T_SYM || !is_data({header.sh_info, 0}, 0))
        return;
    // There are no pointers in what is all zeros, however many relocations say so.
    if (sections_[header.sh_info].bytes.empty())
        return;
    GElf_Rela relocation = {};
    for (int index = 0; gelf_getrela(relocations, index, &relocation) != nullptr; ++index) {
        const std::optional<Place> target = target_of(relocation, symbols);
        if (target && GELF_R_TYPE(relocation.r_info) == type)
            pointers_.emplace(Place{header.sh_info, relocation.r_offset}, *target);
    }
}

std::optional<Place> Image::target_of(const GElf_Rela &relocation, Elf_Data *symbols) const {
    GElf_Sym symbol = {};
    if (gelf_getsym(symbols, static_cast<int>(GELF_R_SYM(relocation.r_info)), &symbol) == nullptr ||
        symbol.st_shndx == SHN_UNDEF || symbol.st_shndx >= sections_.size())
        return std::nullopt;
    return Place{symbol.st_shndx, symbol.st_value + static_cast<uint64_t>(relocation.r_addend)};
}

std::optional<Place> Image::pointer(Place place) const {
    const auto found = pointers_.find(place);
    return found == pointers_.end() ? std::nullopt : std::optional(found->second);
}

std::optional<uint64_t> Image::number(Place place) const {
    if (!is_data(place, pointer_size))
        return std::nullopt;
    const string_view bytes = sections_[place.section].bytes;
    return bytes.empty() ? 0 : number_in(bytes.substr(place.offset, pointer_size), byte_order_);
}

std::optional<std::string> Image::text(Place place, size_t longest) const {
    const string_view bytes = sections_[place.section].bytes;
    if (place.offset >= bytes.size())
        return std::nullopt;
    const string_view text = bytes.substr(place.offset, longest + 1);
    const size_t end = text.find('\0');
    if (end == text.npos || end == 0)
        return std::nullopt;
    return std::string(text.substr(0, end));
}

std::string Image::function_at(Place place) const {
    const auto found = functions_.find(place);
    if (found == functions_.end())
        return "";
    const string_view name(found->second, strnlen(found->second, longest_symbol + 1));
    return name.size() > longest_symbol ? "" : std::string(name);
}

bool Image::is_data(Place place, uint64_t size) const {
    if (place.section >= sections_.size())
        return false;
    const Section &section = sections_[place.section];
    return (section.flags & SHF_ALLOC) != 0 && (section.flags & SHF_EXECINSTR) == 0 &&
           place.offset <= section.size && size <= section.size - place.offset &&
           (section.bytes.empty() || section.bytes.size() == section.size);
}

std::optional<uint64_t> Image::size_of_variable(Place place) const {
    const auto found = variables_.find(place);
    return found == variables_.end() ? std::nullopt : std::optional(found->second);
}

// Reads what a klp_patch leads to. Other structures start with a pointer to the module too, so that
// whatever does not fit is none of ours.
class Tables {
  public:
    explicit Tables(const Image &image) : image_(image) {}

    // Adds to `found`; false if that is no table of objects.
    bool read_objects(Place place, std::vector<PatchedObject> &found);

  private:
    bool read_functions(Place place, std::vector<PatchedFunction> &found);
    bool has_entries(Place table, uint64_t size) const;

    // Of one entry more; else tables lie across each other, which could go on without end.
    bool has_pointers_of_its_own() { return ++entries_ <= image_.pointers().size(); }

    const Image &image_;
    size_t entries_ = 0; // in all
};

// Whether what starts there is a whole number of entries, as far as can be told.
bool Tables::has_entries(Place table, uint64_t size) const {
    const std::optional<uint64_t> whole = image_.size_of_variable(table);
    return !whole || *whole % size == 0;
}

bool Tables::read_objects(Place place, std::vector<PatchedObject> &found) {
    if (!has_entries(place, object_size))
        return false;
    for (; image_.is_data(place, object_size); place = place + object_size) {
        const std::optional<Place> name = image_.pointer(place + object_name);
        const std::optional<Place> funcs = image_.pointer(place + object_funcs);
        if (!name && !funcs)
            return true;
        const std::optional<std::string> text =
            name ? image_.text(*name, longest_module_name) : std::optional<std::string>("vmlinux");
        if (!text || !funcs || !has_pointers_of_its_own())
            return false;
        found.push_back({.name = *text});
        if (!read_functions(*funcs, found.back().functions))
            return false;
    }
    return false; // its end is missing
}

bool Tables::read_functions(Place place, std::vector<PatchedFunction> &found) {
    if (!has_entries(place, func_size))
        return false;
    for (; image_.is_data(place, func_size); place = place + func_size) {
        const std::optional<Place> name = image_.pointer(place + func_old_name);
        const std::optional<Place> replacement = image_.pointer(place + func_new_func);
        const uint64_t sympos = image_.number(place + func_old_sympos).value_or(0);
        if (!name && !replacement && sympos == 0)
            return true;
        const std::optional<std::string> text =
            name ? image_.text(*name, longest_symbol) : std::optional<std::string>("");
        if (!text || !has_pointers_of_its_own())
            return false;
        found.push_back({.name = *text,
                         .sympos = sympos,
                         .replacement = replacement ? image_.function_at(*replacement) : ""});
    }
    return false;
}

Error no_tables() {
    return {.code = ErrorCode::not_a_livepatch,
            .action = "find what the patch changes",
            .why = "no table of what it changes is found in the file; the patch may make it when "
                   "it loads",
            .hint = "the kernel checks its functions when it loads, and says what is wrong"};
}

} // namespace

Result<std::vector<PatchedObject>> read_patch_tables(Elf *elf, string_view content) {
    const std::optional<Image> image = Image::read(elf, content);
    if (!image)
        return fail(no_tables());
    std::vector<PatchedObject> objects;
    bool found = false;
    Tables tables(*image);
    for (const auto &[place, target] : image->pointers()) {
        const std::optional<Place> objs = image->pointer(place + (patch_objs - patch_mod));
        if (!objs || !image->is_this_module(target))
            continue;
        std::vector<PatchedObject> more;
        // A patch of nothing cannot be told from other zeros.
        if (!tables.read_objects(*objs, more) || more.empty())
            continue;
        found = true;
        objects.insert(objects.end(), more.begin(), more.end());
    }
    if (!found)
        return fail(no_tables());
    return objects;
}

} // namespace suture
