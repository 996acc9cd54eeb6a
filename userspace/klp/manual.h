// The manual pages: klp(8), and one for each group of verbs, made from the table of verbs.

#pragma once

#include "klp/verbs.h"

#include <string>
#include <vector>

namespace suture {

// klp(8), which has every verb.
std::string manual_page();

// What belongs together, and has a page of its own.
struct Group {
    const char *name; // of the page: "klp-load"
    const char *summary;
    const char *text; // the description, in roff
    std::vector<VerbId> verbs;
};

const std::vector<Group> &groups();

std::string manual_page(const Group &group);

} // namespace suture
