// What klp says to a person besides its results, and what it asks.

#pragma once

#include "klp/command.h"
#include "libklp/metadata.h"
#include "libklp/result.h"

#include <string>

namespace suture {

// Says what failed, and gives the exit status for it.
int report(const Terminal &terminal, const Error &error);

// Says so where the last day of a patch that is in use was before `today`.
void warn_if_expired(const Terminal &terminal, const std::string &patch, const Metadata &metadata,
                     const std::string &today);

enum class Answer { yes, no, nobody_to_ask };

Answer ask(const Terminal &terminal, const std::string &question);

} // namespace suture
