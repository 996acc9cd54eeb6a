// Until when a patch is meant to be used. One that has expired works as before; it is for people to
// get a later one.

#pragma once

#include "libklp/metadata.h"

#include <string>

namespace suture {

// Whether its last day was before `today`, YYYY-MM-DD. One that names no day, or none that is one,
// does not expire.
bool is_expired(const Metadata &metadata, const std::string &today);

} // namespace suture
