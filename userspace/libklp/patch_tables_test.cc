// What a patch changes is read from the relocations of its tables, on every machine, and from no
// bytes that are no tables.

#include "libklp/patch_file.h"
#include "libklp/testing/damage.h"
#include "libklp/testing/fake_machine.h"
#include "libklp/testing/fake_module.h"

#include <cstring>
#include <elf.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace suture {
namespace {

using namespace testing;
using ::testing::ElementsAre;

// The same file, but what is in its tables is all zeros, and takes no room.
std::string with_tables_in_bss(std::string bytes) {
    Elf64_Ehdr header = {};
    std::memcpy(&header, bytes.data(), sizeof(header));
    for (size_t index = 0; index < header.e_shnum; ++index) {
        char *at = bytes.data() + header.e_shoff + index * sizeof(Elf64_Shdr);
        Elf64_Shdr section = {};
        std::memcpy(&section, at, sizeof(section));
        if (section.sh_flags == (SHF_ALLOC | SHF_WRITE))
            section.sh_type = SHT_NOBITS;
        std::memcpy(at, &section, sizeof(section));
    }
    return bytes;
}

class PatchTablesTest : public ::testing::Test {
  protected:
    Result<std::vector<PatchedObject>> tables(const std::string &bytes) {
        machine.write("demo.ko", bytes);
        return read_patch_file(machine.path("demo.ko")).value().objects;
    }

    FakeModule module{.objects = {{"", {{"do_it", "patched_do_it", 3}, {"do_more", "patched"}}},
                                  {"ext4", {}},
                                  {"nfs", {{"nfs_open", "patched_open"}}}}};
    FakeMachine machine;
};

TEST_F(PatchTablesTest, ObjectsAndTheirFunctionsOnEveryMachine) {
    for (const auto &[elf_machine, order] :
         {std::pair(EM_X86_64, ELFDATA2LSB), {EM_PPC64, ELFDATA2LSB}, {EM_S390, ELFDATA2MSB}}) {
        module.machine = elf_machine;
        module.byte_order = order;
        EXPECT_THAT(
            tables(module.build()).value(),
            ElementsAre(PatchedObject{"vmlinux",
                                      {{"do_it", 3, "patched_do_it"}, {"do_more", 0, "patched"}}},
                        PatchedObject{"ext4", {}},
                        PatchedObject{"nfs", {{"nfs_open", 0, "patched_open"}}}))
            << elf_machine;
    }
}

TEST_F(PatchTablesTest, NamesThatAreFilledInLaterAreEmpty) {
    module.objects = {{"", {{"", "patched"}}}};
    EXPECT_THAT(tables(module.build()).value(),
                ElementsAre(PatchedObject{"vmlinux", {{"", 0, "patched"}}}));
}

TEST_F(PatchTablesTest, WithoutTablesOrTheirLayoutThatIsSaid) {
    EXPECT_NE(tables(FakeModule{}.build()).error().why.find("no table"), std::string::npos);
    module.machine = EM_AARCH64;
    EXPECT_FALSE(tables(module.build()));
}

// Each pointer to one long text would copy it.
TEST_F(PatchTablesTest, WhatIsLongerThanAnyNameIsNone) {
    const std::string symbol(511, 'f');
    const std::string object(55, 'm');
    module.objects = {{object, {{symbol, symbol}}}};
    EXPECT_THAT(tables(module.build()).value(),
                ElementsAre(PatchedObject{object, {{symbol, 0, symbol}}}));
    module.objects = {{object, {{symbol, symbol + "f"}}}};
    EXPECT_THAT(tables(module.build()).value(),
                ElementsAre(PatchedObject{object, {{symbol, 0, ""}}}));
    module.objects = {{object, {{symbol + "f", symbol}}}};
    EXPECT_FALSE(tables(module.build()));
    module.objects = {{object + "m", {{symbol, symbol}}}};
    EXPECT_FALSE(tables(module.build()));
}

TEST_F(PatchTablesTest, TablesOfNothingButZerosLeadNowhere) {
    EXPECT_TRUE(tables(module.build())); // with one of no functions among them
    EXPECT_FALSE(tables(with_tables_in_bss(module.build())));
}

TEST_F(PatchTablesTest, SurvivesAnyBytes) {
    const std::string whole = module.build();
    std::mt19937 random(4711);
    for (int round = 0; round < 3000; ++round) {
        const unsigned changes = 1 + random() % 8;
        machine.write("demo.ko", damaged(whole, random, changes));
        (void)read_patch_file(machine.path("demo.ko")); // only has to come back
    }
}

} // namespace
} // namespace suture
