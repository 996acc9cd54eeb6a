// Until when a patch is meant to be used. One that has expired works as before; it is for people to
// get a later one.

#pragma once

#include "libklp/metadata.h"

#include <string>

namespace suture {

// YYYY-MM-DD.
bool is_day(const std::string &text);
// Whether the day is one, and before `today`.
bool is_past(const std::string &day, const std::string &today);

// Whether its last day was before `today`, YYYY-MM-DD. One that names no day, or none that is one,
// does not expire.
bool is_expired(const Metadata &metadata, const std::string &today);

} // namespace suture
