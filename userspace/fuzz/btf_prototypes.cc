// The BTF of a patch's file, on top of the kernel's or alone.

#include "libklp/btf_prototypes.h"
#include "fuzz/kernel_btf.h"
#include "fuzz/target.h"

namespace suture::fuzz {

namespace {

const BtfPrototypes &kernel() {
    static const BtfPrototypes parsed = BtfPrototypes::parse(kernel_btf().bytes(), nullptr).value();
    return parsed;
}

} // namespace

void run(std::string_view input) {
    const Prototype original = kernel().find("do_it").value();
    for (const BtfPrototypes *base : {&kernel(), static_cast<const BtfPrototypes *>(nullptr)}) {
        const auto btf = BtfPrototypes::parse(input, base);
        const auto prototype = btf ? btf->find(replacement) : std::nullopt;
        if (!prototype)
            continue;
        require(differences(*prototype, *prototype).empty());
        for (const Difference &difference : differences(original, *prototype))
            require(!difference.what.empty());
    }
}

} // namespace suture::fuzz
