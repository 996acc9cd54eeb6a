// Signatures of modules, in all forms that the kernel takes, and as nobody meant them.

#include "libklp/module_signature.h"
#include "libklp/testing/damage.h"
#include "libklp/testing/fake_signature.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace suture {
namespace {

using namespace testing;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

ModuleSignature read(const std::string &tail) {
    return read_module_signature("module" + tail).value().value();
}

void expect_damaged(const std::string &bytes, const std::string &why) {
    const auto signature = read_module_signature(bytes);
    ASSERT_TRUE(signature) << why;
    ASSERT_FALSE(*signature) << why;
    EXPECT_THAT(signature->error().why, HasSubstr(why));
    EXPECT_THAT(signature->error().hint, HasSubstr("sign-file"));
}

// A trailer whose byte `index` is `value`.
std::string trailer(size_t index, char value) {
    std::string bytes("\0\0\2\0\0\0\0\0", 8);
    bytes[index] = value;
    return bytes;
}

TEST(ModuleSignature, MayNotBeThere) {
    EXPECT_FALSE(read_module_signature(""));
    EXPECT_FALSE(read_module_signature("module"));
    EXPECT_FALSE(read_module_signature("module" + FakeSignature().tail() + "\n"));
}

TEST(ModuleSignature, NamesTheCertificateByNumberAndIssuer) {
    const ModuleSignature signature = read(FakeSignature().tail());
    ASSERT_THAT(signature.signers, SizeIs(1));
    EXPECT_EQ(signature.signers[0].name, "Us");
    EXPECT_EQ(signature.signers[0].key_id, serial_id);
    EXPECT_FALSE(signature.has_certificates);
}

TEST(ModuleSignature, NamesTheKeyByItsIdentifier) {
    const ModuleSignature signature = read(FakeSignature{.by_key_identifier = true}.tail());
    ASSERT_THAT(signature.signers, SizeIs(1));
    EXPECT_EQ(signature.signers[0].name, identifier_id);
    EXPECT_EQ(signature.signers[0].key_id, identifier_id);
}

TEST(ModuleSignature, MayHaveSeveralSignersAndTheirCertificates) {
    const ModuleSignature signature =
        read(FakeSignature{.signers = {"Us", "Them"}, .with_certificates = true}.tail());
    ASSERT_THAT(signature.signers, SizeIs(2));
    EXPECT_NE(signature.signers[0].name, signature.signers[1].name);
    EXPECT_NE(signature.signers[0].key_id, signature.signers[1].key_id);
    EXPECT_TRUE(signature.has_certificates);
}

TEST(ModuleSignature, NeedsASigner) {
    expect_damaged("module" + FakeSignature{.signers = {}}.tail(), "has no signer");
}

TEST(ModuleSignature, IsThatOfTheModule) {
    expect_damaged("module" + FakeSignature{.with_content = true}.tail(), "not of the module");
}

TEST(ModuleSignature, IsAMessageOfPkcs7) {
    expect_damaged("module" + signature_tail(""), "no PKCS#7");
    expect_damaged("module" + signature_tail("-----BEGIN PKCS7-----"), "no PKCS#7");
    expect_damaged("module" + signature_tail(std::string(1000, '\x30')), "no PKCS#7");
    // A ContentInfo of plain data.
    expect_damaged("module" + signature_tail(std::string("\x30\x0f\x06\x09\x2a\x86\x48\x86\xf7\x0d"
                                                         "\x01\x07\x01\xa0\x02\x04\x00",
                                                         17)),
                   "no PKCS#7");
    const std::string message = FakeSignature().message();
    expect_damaged("module" + signature_tail(message.substr(0, message.size() - 1)), "no PKCS#7");
    expect_damaged("module" + signature_tail(std::string(70000, 'x')), "has 70000 bytes");
}

TEST(ModuleSignature, OfAnotherKindHasNoSigners) {
    EXPECT_THAT(read(signature_tail("OpenPGP", trailer(2, 0))).signers, IsEmpty());
    EXPECT_THAT(read(signature_tail(FakeSignature().message(), trailer(2, 1))).signers, IsEmpty());
}

TEST(ModuleSignature, OfPkcs7HasNothingElseInItsTrailer) {
    for (const size_t index : {0, 1, 3, 4, 5, 6, 7})
        expect_damaged("module" + signature_tail(FakeSignature().message(), trailer(index, 1)),
                       "more of itself");
}

TEST(ModuleSignature, IsNoLongerThanTheFile) {
    const std::string whole = FakeSignature().tail();
    const std::string mark = "~Module signature appended~\n";
    expect_damaged(whole, "is cut off"); // of no module
    expect_damaged(mark, "is cut off");
    for (size_t left = 0; left < whole.size(); ++left) {
        const std::string cut = whole.substr(whole.size() - left);
        if (left < mark.size())
            EXPECT_FALSE(read_module_signature(cut)) << left;
        else
            expect_damaged(cut, "is cut off");
    }
    std::string huge = whole;
    huge.replace(huge.size() - mark.size() - 4, 4, "\xff\xff\xff\xff");
    expect_damaged("module" + huge, "has 4294967295 bytes");
}

TEST(ModuleSignature, MayBeAnyBytes) {
    const std::string whole =
        FakeSignature{.signers = {"Us", "Them"}, .with_certificates = true}.tail();
    std::mt19937 random(4711);
    for (int round = 0; round < 3000; ++round)
        (void)read_module_signature("module" + damaged(whole, random, 1 + random() % 8));
}

} // namespace
} // namespace suture
