// Completion of klp's command line, made from the table of verbs.

#pragma once

#include <string>

namespace suture {

std::string bash_completion();
std::string zsh_completion();

} // namespace suture
