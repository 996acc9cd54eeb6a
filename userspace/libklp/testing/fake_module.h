// Small .ko files for tests: real ELF, made by libelf, of any machine, and as wrong as asked for.

#pragma once

#include <bit>
#include <cstdint>
#include <elf.h>
#include <string>
#include <utility>
#include <vector>

namespace suture::testing {

struct FakeFunction {
    std::string name; // empty: filled in when the patch loads
    std::string replacement;
    uint64_t sympos = 0;
};

struct FakeObject {
    std::string name; // empty: vmlinux
    std::vector<FakeFunction> functions;
};

struct FakeModule {
    std::string name = "demo";
    std::string vermagic = "6.1.0-50-amd64 SMP preempt mod_unload modversions ";
    std::string depends = "suture";
    std::string livepatch_tag = "livepatch:"; // empty: no such tag
    std::string source_version = {};
    std::string build_id_note = {};
    std::string metadata_notes = {};
    std::string btf = {};
    std::vector<FakeObject> objects = {}; // none: it has no tables, symbols or relocations
    std::vector<std::string> more_sections = {};
    unsigned char elf_class = ELFCLASS64;
    unsigned char byte_order = ELFDATA2LSB;
    unsigned machine = EM_X86_64;
    unsigned type = ET_REL;
    bool this_module = true;
    bool modinfo = true;

    // The bytes of the file.
    std::string build() const;
};

// A patch that says of itself which version it is, and for which kernel.
FakeModule versioned_patch(const std::string &name, const std::string &version,
                           const std::string &release = "6.1.0-50-amd64");

// An ELF note as <suture/metadata.h> makes it, and the one of a field "KEY=VALUE".
std::string metadata_note(const std::string &content, std::endian byte_order = std::endian::native,
                          unsigned type = 0x53550001, std::string name = "Suture");
std::string metadata_field(const std::string &text, std::endian byte_order = std::endian::native);

// The one with a GNU build-id, which is given in bytes.
std::string build_id_note(const std::string &id, std::endian byte_order = std::endian::native);

} // namespace suture::testing
