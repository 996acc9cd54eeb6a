// The .ko file of a patch.

#include "libklp/patch_file.h"
#include "fuzz/memory_file.h"
#include "fuzz/target.h"

namespace suture::fuzz {

void run(std::string_view input) {
    const MemoryFile file(input);
    const Result<PatchFile> patch = read_patch_file(file.path());
    if (!patch) {
        (void)to_text(patch.error());
        return;
    }
    require(PatchName::parse(patch->name).has_value());
    require(patch->vermagic.starts_with(patch->kernel_release()));
    (void)patch->needs_suture();
    for (const PatchedObject &object : patch->objects.value_or(std::vector<PatchedObject>()))
        require(!object.name.empty());
    if (patch->signature && *patch->signature)
        for (const Signer &signer : (*patch->signature)->signers)
            require(signer.key_id.size() % 2 == 0);
    (void)(patch->metadata ? "" : to_text(patch->metadata.error()));
}

} // namespace suture::fuzz
