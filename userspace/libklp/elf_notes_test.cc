// Build-ids are found among other notes, in either byte order, and in no bytes that only look so.

#include "libklp/elf_notes.h"
#include "libklp/testing/fake_module.h"

#include <gtest/gtest.h>

namespace suture {
namespace {

using namespace testing;

TEST(ElfNotes, ABuildIdStandsAmongOthers) {
    const std::string others = metadata_note("version=1") +
                               metadata_note("x", std::endian::native, NT_GNU_BUILD_ID, "Xen");
    EXPECT_EQ(build_id_in(others + build_id_note("\x01\xfe"), std::endian::native), "01fe");
    EXPECT_EQ(build_id_in(others, std::endian::native), "");
    EXPECT_EQ(build_id_in("", std::endian::native), "");
}

TEST(ElfNotes, EitherByteOrderIsRead) {
    for (const std::endian order : {std::endian::little, std::endian::big}) {
        EXPECT_EQ(build_id_in(build_id_note("abcd", order), order), "61626364");
        EXPECT_EQ(number_in(std::string("\x01\x02\x03\x04\x05\x06\x07\x08", 8), order),
                  order == std::endian::big ? 0x0102030405060708u : 0x0807060504030201u);
    }
}

TEST(ElfNotes, WhatIsCutOffIsNoNote) {
    const std::string note = build_id_note("abcd");
    for (size_t length = 0; length < note.size(); ++length)
        EXPECT_EQ(build_id_in(note.substr(0, length), std::endian::native), "") << length;
}

} // namespace
} // namespace suture
