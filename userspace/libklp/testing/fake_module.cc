#include "libklp/testing/fake_module.h"

#include "libklp/testing/fake_tables.h"

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <gelf.h>
#include <memory>
#include <stdexcept>

namespace suture::testing {

namespace {

void require_elf(bool fine) {
    if (!fine)
        throw std::runtime_error(std::string("libelf: ") + elf_errmsg(-1));
}

void add_section(Elf *elf, FakeSection &section, size_t name_offset) {
    Elf_Scn *added = elf_newscn(elf);
    require_elf(added != nullptr);
    Elf_Data *data = elf_newdata(added);
    require_elf(data != nullptr);
    data->d_buf = section.data.data();
    data->d_size = section.data.size();
    data->d_align = 1;
    GElf_Shdr header = {};
    require_elf(gelf_getshdr(added, &header) != nullptr);
    header.sh_name = name_offset;
    header.sh_type = section.type;
    header.sh_flags = section.flags;
    header.sh_link = section.link;
    header.sh_info = section.info;
    header.sh_entsize = section.type == SHT_SYMTAB || section.type == SHT_RELA ? 24 : 0;
    require_elf(gelf_update_shdr(added, &header) != 0);
}

std::string modinfo_of(const FakeModule &module) {
    const auto entry = [](const std::string &tag, const std::string &value) {
        return tag + "=" + value + std::string(1, '\0');
    };
    std::string modinfo = entry("license", "GPL") + entry("depends", module.depends);
    if (!module.livepatch_tag.empty())
        modinfo += entry(module.livepatch_tag, "Y");
    if (!module.source_version.empty())
        modinfo += entry("srcversion", module.source_version);
    if (!module.name.empty())
        modinfo += entry("name", module.name);
    return modinfo + entry("vermagic", module.vermagic);
}

} // namespace

FakeModule versioned_patch(const std::string &name, const std::string &version,
                           const std::string &release) {
    constexpr auto order = std::endian::little; // as FakeModule's
    return {.name = name,
            .vermagic = release + " SMP preempt mod_unload modversions ",
            .source_version = version,
            .metadata_notes = metadata_field("version=" + version, order) +
                              metadata_field("kernel=" + release, order)};
}

std::string metadata_note(const std::string &content, std::endian byte_order, unsigned type,
                          std::string name) {
    const auto number = [byte_order](uint32_t value) {
        std::string bytes(sizeof(value), '\0');
        std::memcpy(bytes.data(), &value, sizeof(value));
        if (byte_order != std::endian::native)
            std::reverse(bytes.begin(), bytes.end());
        return bytes;
    };
    const auto padded = [](std::string bytes) {
        bytes.resize((bytes.size() + 3) & ~size_t(3));
        return bytes;
    };
    name += '\0';
    return number(name.size()) + number(content.size()) + number(type) + padded(name) +
           padded(content);
}

std::string metadata_field(const std::string &text, std::endian byte_order) {
    return metadata_note(text + '\0', byte_order);
}

std::string build_id_note(const std::string &id, std::endian byte_order) {
    return metadata_note(id, byte_order, NT_GNU_BUILD_ID, "GNU");
}

std::string FakeModule::build() const {
    std::vector<FakeSection> sections;
    if (this_module) // section 1
        sections.push_back({".gnu.linkonce.this_module", std::string(64, '\0')});
    if (modinfo)
        sections.push_back({".modinfo", modinfo_of(*this)});
    if (!build_id_note.empty())
        sections.push_back({".note.gnu.build-id", build_id_note, SHT_NOTE});
    if (!metadata_notes.empty())
        sections.push_back({".note.Suture", metadata_notes, SHT_NOTE});
    for (const std::string &name : more_sections)
        sections.push_back({name, std::string(24, '\0'), SHT_RELA});
    if (!btf.empty())
        sections.push_back({".BTF", btf});
    if (!objects.empty()) {
        for (FakeSection &table : fake_tables(*this, sections.size() + 1, 1))
            sections.push_back(std::move(table));
    }
    sections.push_back({".shstrtab", "", SHT_STRTAB});
    std::string names(1, '\0');
    std::vector<size_t> offsets;
    for (const FakeSection &section : sections) {
        offsets.push_back(names.size());
        names += section.name + '\0';
    }
    sections.back().data = names;

    const std::unique_ptr<FILE, decltype(&std::fclose)> file(std::tmpfile(), std::fclose);
    require_elf(file != nullptr);
    elf_version(EV_CURRENT);
    Elf *elf = elf_begin(fileno(file.get()), ELF_C_WRITE, nullptr);
    require_elf(elf != nullptr && gelf_newehdr(elf, elf_class) != nullptr);
    GElf_Ehdr header = {};
    require_elf(gelf_getehdr(elf, &header) != nullptr);
    header.e_ident[EI_DATA] = byte_order;
    header.e_machine = machine;
    header.e_type = type;
    header.e_version = EV_CURRENT;
    header.e_shstrndx = sections.size();
    require_elf(gelf_update_ehdr(elf, &header) != 0);
    for (size_t index = 0; index < sections.size(); ++index)
        add_section(elf, sections[index], offsets[index]);
    require_elf(elf_update(elf, ELF_C_WRITE) >= 0);
    elf_end(elf);

    std::string bytes;
    std::rewind(file.get());
    for (int c = std::fgetc(file.get()); c != EOF; c = std::fgetc(file.get()))
        bytes += static_cast<char>(c);
    return bytes;
}

} // namespace suture::testing
