// The notes in which a patch says what it is, in either byte order.

#include "libklp/metadata.h"
#include "fuzz/target.h"

#include <algorithm>

namespace suture::fuzz {

void run(std::string_view input) {
    for (const std::endian order : {std::endian::little, std::endian::big}) {
        const Result<Metadata> metadata = parse_metadata(input, order);
        if (!metadata) {
            (void)to_text(metadata.error());
            continue;
        }
        for (const Cve &cve : metadata->cves)
            require(!cve.name.empty());
        for (const ObjectBuild &object : metadata->objects)
            require(!object.object.empty() && !object.kind.empty() && !object.id.empty());
    }
}

} // namespace suture::fuzz
