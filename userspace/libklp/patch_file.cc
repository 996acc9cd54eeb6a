#include "libklp/patch_file.h"

#include "libklp/file.h"
#include "libklp/text.h"

#include <algorithm>
#include <cerrno>
#include <elf.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <gelf.h>
#include <memory>
#include <optional>
#include <string_view>
#include <sys/stat.h>

namespace suture {

namespace {

using std::string_view;
using ElfHandle = std::unique_ptr<Elf, decltype(&elf_end)>;

// Far above any patch, and small enough to hold in memory.
constexpr size_t file_limit = size_t(512) << 20;

Error file_error(const std::filesystem::path &path, ErrorCode code, std::string why,
                 std::string hint = "give the .ko file that the build of the patch made") {
    return {.code = code,
            .action = "load",
            .subject = path,
            .why = std::move(why),
            .hint = std::move(hint)};
}

Error open_error(const std::filesystem::path &path, int error_number) {
    const std::string why = fmt::format("the file cannot be read: {}", errno_text(error_number));
    switch (error_number) {
    case ENOENT:
    case ENOTDIR:
    case ENAMETOOLONG:
    case ELOOP:
        return file_error(path, ErrorCode::not_found, why, "check the path");
    case EACCES:
    case EPERM:
        return file_error(path, ErrorCode::no_permission, why,
                          "run klp as root, or make the file readable");
    default:
        return file_error(path, ErrorCode::system, why, "see the kernel log: dmesg");
    }
}

struct Compression {
    string_view magic;
    const char *name;
    const char *undo;
};

constexpr Compression compressions[] = {
    {string_view("\xfd\x37zXZ\x00", 6), "xz", "unxz -k"},
    {string_view("\x28\xb5\x2f\xfd", 4), "zstd", "unzstd"},
    {string_view("\x1f\x8b", 2), "gzip", "gunzip -k"},
};

Error not_elf_error(const std::filesystem::path &path, string_view content) {
    if (content.empty())
        return file_error(path, ErrorCode::not_a_module, "it is empty");
    for (const Compression &compression : compressions) {
        if (content.substr(0, compression.magic.size()) == compression.magic)
            return file_error(path, ErrorCode::not_a_module,
                              fmt::format("it is compressed with {}", compression.name),
                              fmt::format("unpack it first: {} FILE", compression.undo));
    }
    return file_error(path, ErrorCode::not_a_module, "it is not an ELF file");
}

struct Machine {
    unsigned elf_machine;
    unsigned char elf_class;
    unsigned char byte_order;
    const char *name; // as uname -m
};

constexpr Machine machines[] = {
    {EM_X86_64, ELFCLASS64, ELFDATA2LSB, "x86_64"},
    {EM_386, ELFCLASS32, ELFDATA2LSB, "i686"},
    {EM_PPC64, ELFCLASS64, ELFDATA2LSB, "ppc64le"},
    {EM_PPC64, ELFCLASS64, ELFDATA2MSB, "ppc64"},
    {EM_S390, ELFCLASS64, ELFDATA2MSB, "s390x"},
    {EM_AARCH64, ELFCLASS64, ELFDATA2LSB, "aarch64"},
    {EM_RISCV, ELFCLASS64, ELFDATA2LSB, "riscv64"},
    {EM_ARM, ELFCLASS32, ELFDATA2LSB, "arm"},
};

std::string machine_name(const GElf_Ehdr &header) {
    for (const Machine &machine : machines) {
        if (machine.elf_machine == header.e_machine &&
            machine.elf_class == header.e_ident[EI_CLASS] &&
            machine.byte_order == header.e_ident[EI_DATA])
            return machine.name;
    }
    return fmt::format("ELF machine {}, class {}, byte order {}", header.e_machine,
                       header.e_ident[EI_CLASS], header.e_ident[EI_DATA]);
}

// Whether `count` bytes at `offset` lie within `size`, whatever the numbers.
bool within(uint64_t offset, uint64_t count, uint64_t size) {
    return offset <= size && count <= size - offset;
}

// The sections of interest; a copy of each, so that nothing points into libelf's memory.
struct Sections {
    std::optional<std::string> modinfo;
    std::optional<std::string> build_id_note;
    std::string metadata;
    std::string late_link;
    bool has_this_module = false;
};

// Nothing if a header or section lies outside the file.
std::optional<Sections> read_sections(Elf *elf, const GElf_Ehdr &header, string_view content) {
    // Asked before libelf is, which takes a table that is cut off for no table.
    const uint64_t claimed = std::max<uint64_t>(header.e_shnum, 1) * header.e_shentsize;
    size_t count = 0;
    size_t names = 0;
    if (!within(header.e_shoff, claimed, content.size()) || elf_getshdrnum(elf, &count) != 0 ||
        elf_getshdrstrndx(elf, &names) != 0)
        return std::nullopt;
    Sections sections;
    // Section 0 is a placeholder.
    for (size_t index = 1; index < count; ++index) {
        Elf_Scn *section = elf_getscn(elf, index);
        GElf_Shdr shdr = {};
        if (section == nullptr || gelf_getshdr(section, &shdr) == nullptr)
            return std::nullopt;
        if (shdr.sh_type == SHT_NOBITS)
            continue;
        if (!within(shdr.sh_offset, shdr.sh_size, content.size()))
            return std::nullopt;
        const char *name = elf_strptr(elf, names, shdr.sh_name);
        if (name == nullptr)
            return std::nullopt;
        const string_view data = content.substr(shdr.sh_offset, shdr.sh_size);
        if (string_view(name) == ".modinfo")
            sections.modinfo = data;
        else if (string_view(name) == ".note.gnu.build-id")
            sections.build_id_note = data;
        else if (string_view(name) == metadata_section)
            sections.metadata = data;
        else if (string_view(name) == ".gnu.linkonce.this_module")
            sections.has_this_module = true;
        else if (string_view(name).starts_with(".klp.rela.") && sections.late_link.empty())
            sections.late_link = name;
    }
    return sections;
}

std::vector<std::string> split(string_view text, char separator) {
    std::vector<std::string> parts;
    while (!text.empty()) {
        const string_view part = take(text, separator);
        if (!part.empty())
            parts.emplace_back(part);
    }
    return parts;
}

// .modinfo is a sequence of NUL-terminated "tag=value" strings.
PatchFile parse_modinfo(string_view modinfo) {
    PatchFile file;
    for (const std::string &entry : split(modinfo, '\0')) {
        const size_t equals = entry.find('=');
        if (equals == entry.npos)
            continue;
        const string_view tag = string_view(entry).substr(0, equals);
        const std::string value = entry.substr(equals + 1);
        if (tag == "name")
            file.name = value;
        else if (tag == "vermagic")
            file.vermagic = value;
        else if (tag == "srcversion")
            file.source_version = value;
        else if (tag == "depends")
            file.depends = split(value, ',');
        // Suture's header renames the tag: a kernel without CONFIG_LIVEPATCH refuses the plain one.
        else if (tag == "livepatch" || tag == "livepatch:")
            file.is_livepatch = value == "Y";
    }
    return file;
}

} // namespace

bool PatchFile::needs_suture() const {
    return std::find(depends.begin(), depends.end(), "suture") != depends.end();
}

Result<std::string> read_module_bytes(const std::filesystem::path &path) {
    // O_NONBLOCK: opening a FIFO must not wait for somebody to write to it.
    const auto file = File::open(path, O_RDONLY | O_NONBLOCK);
    if (!file)
        return fail(open_error(path, file.error()));
    struct stat status = {};
    if (fstat(file->descriptor(), &status) != 0)
        return fail(open_error(path, errno));
    if (!S_ISREG(status.st_mode))
        return fail(file_error(path, ErrorCode::not_a_module, "it is not a regular file"));
    auto content = file->read_to_end(file_limit);
    if (!content)
        return fail(open_error(path, content.error()));
    return std::move(*content);
}

Result<PatchFile> parse_patch_file(const std::filesystem::path &path, std::string bytes) {
    const auto whole = std::make_shared<std::string>(std::move(bytes));
    std::string &content = *whole;
    if (!content.starts_with(ELFMAG))
        return fail(not_elf_error(path, content));

    const Error damaged = file_error(path, ErrorCode::not_a_module,
                                     "it is truncated or damaged: a part lies outside the file",
                                     "copy or build it again");
    elf_version(EV_CURRENT);
    const ElfHandle elf(elf_memory(content.data(), content.size()), elf_end);
    GElf_Ehdr header = {};
    if (!elf || elf_kind(elf.get()) != ELF_K_ELF || gelf_getehdr(elf.get(), &header) == nullptr)
        return fail(damaged);
    const Error no_module =
        file_error(path, ErrorCode::not_a_module, "it is an ELF file, but not a kernel module");
    if (header.e_type != ET_REL)
        return fail(no_module);
    const std::optional<Sections> sections = read_sections(elf.get(), header, content);
    if (!sections)
        return fail(damaged);
    if (!sections->has_this_module || !sections->modinfo)
        return fail(no_module);

    PatchFile file = parse_modinfo(*sections->modinfo);
    file.path = path;
    file.machine = machine_name(header);
    file.build_id_note = sections->build_id_note.value_or("");
    file.late_link_section = sections->late_link;
    file.metadata = parse_metadata(sections->metadata, header.e_ident[EI_DATA] == ELFDATA2MSB
                                                           ? std::endian::big
                                                           : std::endian::little);
    file.signature = read_module_signature(content);
    file.objects = read_patch_tables(elf.get(), content);
    file.content = whole;
    if (file.name.empty())
        file.name = path.stem();
    // It becomes part of paths below /sys/module.
    const Result<PatchName> name = PatchName::parse(file.name);
    if (!name)
        return fail(file_error(
            path, ErrorCode::not_a_module,
            fmt::format("it calls itself '{}', and {}", printable(file.name), name.error().why)));
    return file;
}

Result<PatchFile> read_patch_file(const std::filesystem::path &path) {
    return read_module_bytes(path).and_then(
        [&](std::string content) { return parse_patch_file(path, std::move(content)); });
}

Result<PatchName> name_of_argument(const std::string &argument) {
    const std::filesystem::path path(argument);
    if (path.extension() != ".ko")
        return PatchName::parse(argument);
    const Result<PatchFile> file = read_patch_file(path);
    if (file)
        return PatchName::parse(file->name);
    // The file of a loaded patch may be gone by now; its name usually tells.
    if (file.error().code == ErrorCode::not_found)
        return PatchName::parse(path.stem().native());
    Error error = file.error();
    error.action = "find the patch of";
    return fail(std::move(error));
}

} // namespace suture
