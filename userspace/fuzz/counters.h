// What clang counts for libFuzzer: how often each place of the instrumented code was passed.

#pragma once

#include <span>

namespace suture::fuzz {

std::span<char> counters();

} // namespace suture::fuzz
