// The text of a trace_pipe, and how klp events shows it. Where a piece of the text ends makes no
// difference, and every event is one line.

#include "fuzz/target.h"
#include "klp/event_output.h"
#include "libklp/trace_parser.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace suture::fuzz {

namespace {

void show(const Event &event) {
    const WallTime time(event.time.value_or(Clock::TimePoint()).time_since_epoch());
    const std::string line = to_line(event, time);
    require(std::all_of(line.begin(), line.end(), [](char c) { return c >= ' ' && c <= '~'; }));
    const std::string json = to_json_line(event, time);
    require(json.find('\n') == json.npos && nlohmann::json::accept(json));
}

} // namespace

void run(std::string_view input) {
    // The first byte says where the text is cut in two.
    const size_t cut = input.empty() ? 0 : static_cast<unsigned char>(input.front());
    input.remove_prefix(std::min<size_t>(input.size(), 1));
    const std::vector<Event> whole = TraceParser().parse(input);
    TraceParser parser;
    std::vector<Event> pieces = parser.parse(input.substr(0, cut));
    if (cut < input.size()) {
        for (Event &event : parser.parse(input.substr(cut)))
            pieces.push_back(std::move(event));
    }
    require(pieces == whole);
    std::for_each(whole.begin(), whole.end(), show);
}

} // namespace suture::fuzz
