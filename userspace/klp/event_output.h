// How an event is printed: as a line for people, or as one for programs.

#pragma once

#include "libklp/event.h"

#include <chrono>
#include <string>

namespace suture {

using WallTime = std::chrono::system_clock::time_point;

// "2026-11-27T00:51:14.123456Z demo: 412 (reader) moved to the new code while asleep, after 3.4 s"
std::string to_line(const Event &event, WallTime time);

// One object, without a newline in it. It has the fields of that event; what is not known is null.
std::string to_json_line(const Event &event, WallTime time);

} // namespace suture
