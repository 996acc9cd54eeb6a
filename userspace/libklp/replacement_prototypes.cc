#include "libklp/replacement_prototypes.h"

#include "libklp/dwarf_prototypes.h"
#include "libklp/error.h"
#include "libklp/isolated.h"
#include "libklp/text.h"

#include <charconv>
#include <fmt/format.h>
#include <gelf.h>
#include <memory>

namespace suture {

namespace {

using std::string_view;
using ElfHandle = std::unique_ptr<Elf, decltype(&elf_end)>;

// The content of .BTF; empty if there is none. A file that has a .BTF.base besides refers to the
// types in that, which this libbpf does not know: then it counts for none.
std::string btf_section(std::string &image) {
    elf_version(EV_CURRENT);
    const ElfHandle elf(elf_memory(image.data(), image.size()), elf_end);
    size_t names = 0;
    std::string found;
    if (!elf || elf_getshdrstrndx(elf.get(), &names) != 0)
        return found;
    for (Elf_Scn *section = elf_nextscn(elf.get(), nullptr); section != nullptr;
         section = elf_nextscn(elf.get(), section)) {
        GElf_Shdr header = {};
        if (gelf_getshdr(section, &header) == nullptr)
            continue;
        const char *name = elf_strptr(elf.get(), names, header.sh_name);
        const Elf_Data *data = elf_rawdata(section, nullptr);
        if (name != nullptr && string_view(name) == ".BTF.base")
            return {};
        if (name != nullptr && string_view(name) == ".BTF" && data != nullptr &&
            data->d_buf != nullptr)
            found.assign(static_cast<const char *>(data->d_buf), data->d_size);
    }
    return found;
}

// --- one line for each prototype, on its way from the process that reads them ---

void add_type(std::string &line, const Type &type) {
    line += fmt::format("\t{}\t{}\t{}", printable(type.text), type.size, type.aggregate ? 1 : 0);
}

std::string to_line(const std::string &function, const Prototype &prototype) {
    std::string line = fmt::format("{}\t{}", printable(function), prototype.variadic ? 1 : 0);
    add_type(line, prototype.result);
    for (const Parameter &parameter : prototype.parameters) {
        line += fmt::format("\t{}", printable(parameter.name));
        add_type(line, parameter.type);
    }
    return line + '\n';
}

uint64_t take_number(string_view &line) {
    const string_view digits = take(line, '\t');
    uint64_t number = 0;
    (void)std::from_chars(digits.data(), digits.data() + digits.size(), number);
    return number;
}

Type take_type(string_view &line) {
    Type type{.text = std::string(take(line, '\t'))};
    type.size = take_number(line);
    type.aggregate = take_number(line) != 0;
    return type;
}

Prototype take_prototype(string_view &line) {
    Prototype prototype{.result = {}, .parameters = {}, .variadic = take_number(line) != 0};
    prototype.result = take_type(line);
    while (!line.empty()) {
        const string_view name = take(line, '\t');
        prototype.parameters.push_back({.name = std::string(name), .type = take_type(line)});
    }
    return prototype;
}

std::string describe(std::string image, const Names &functions, const BtfPrototypes &vmlinux) {
    std::string lines;
    const std::string section = btf_section(image);
    const auto btf = section.empty() ? std::nullopt : BtfPrototypes::parse(section, &vmlinux);
    for (const std::string &function : functions) {
        const auto prototype = btf ? btf->find(function) : std::nullopt;
        if (prototype)
            lines += to_line(function, *prototype);
    }
    for (const auto &[function, prototypes] : dwarf_prototypes(std::move(image), functions)) {
        for (const Prototype &prototype : prototypes)
            lines += to_line(function, prototype);
    }
    return lines;
}

} // namespace

tl::expected<ReplacementPrototypes, std::string>
read_replacement_prototypes(const std::string &file, const Names &functions,
                            const BtfPrototypes &vmlinux) {
    const auto lines = run_isolated([&] { return describe(file, functions, vmlinux); });
    if (!lines)
        return tl::unexpected(lines.error());
    ReplacementPrototypes found;
    for (string_view rest = *lines; !rest.empty();) {
        string_view line = take(rest, '\n');
        const string_view function = take(line, '\t');
        found[std::string(function)].push_back(take_prototype(line));
    }
    return found;
}

} // namespace suture
