// What --help prints, made from the table of verbs.

#pragma once

#include "klp/verbs.h"

#include <string>

namespace suture {

// Fits a screen of 80 columns and 24 lines.
std::string help();

std::string help(const Verb &verb);

// "klp load FILE [OPTION...]"
std::string synopsis(const Verb &verb);

// "-t, --timeout SECONDS"
std::string usage_of(const Option &option);

} // namespace suture
