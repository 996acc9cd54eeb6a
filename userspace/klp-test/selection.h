// Which of a suite's tests a run is to have.
#pragma once

#include "error.h"

#include <string>
#include <vector>

namespace suture::harness {

// The `index`th of `count` parts, from 1.
struct Shard {
    unsigned index = 1;
    unsigned count = 1;
};

// "2/3" is the second of three.
Result<Shard> parse_shard(const std::string &text);

struct Selection {
    // Globs for NAME or COLLECTION:NAME, of which one must match; none: everything.
    std::vector<std::string> filters;
    // Of what the globs match. The first test goes to the first shard, the second to the second,
    // and so on in turn: in each run the same, and of all shards of a suite each test is in one.
    Shard shard;
};

// Whether one of the globs matches this COLLECTION:NAME, or name without a collection.
bool matches(const Selection &selection, const std::string &id);

// In the order of the suite. A glob that matches nothing is a mistake, as is a shard without any
// test, and the error says what there is.
Result<std::vector<std::string>> select(const Selection &selection,
                                        const std::vector<std::string> &suite);

} // namespace suture::harness
