// Printing events as they happen, until there is a reason to end.

#pragma once

#include "libklp/clock.h"
#include "libklp/events.h"
#include "libklp/result.h"

#include <functional>
#include <optional>
#include <ostream>

namespace suture {

struct Following {
    bool json = false;
    std::optional<unsigned> count = {};          // events, after which it is done
    std::optional<Clock::Duration> timeout = {}; // after which it ends
    std::function<bool()> stop = {};             // somebody has asked for an end
};

// That it ends before the count is reached is an error, and so it is when no more can come. When
// `out` is broken it ends, too; that is for the caller to see.
Result<void> follow(EventStream &events, Clock &clock, std::ostream &out,
                    const Following &following);

} // namespace suture
