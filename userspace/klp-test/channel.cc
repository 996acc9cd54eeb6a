#include "channel.h"

#include <algorithm>
#include <charconv>
#include <fmt/format.h>
#include <random>
#include <system_error>

namespace suture::harness {

namespace {

// Reads the words of one frame from left to right; `good` turns false at the first misfit.
class Words {
  public:
    explicit Words(std::string_view line) : rest_(line) {}

    std::string_view next() {
        auto end = rest_.find(' ');
        auto word = rest_.substr(0, end);
        rest_ = end == std::string_view::npos ? std::string_view() : rest_.substr(end + 1);
        return word;
    }

    template<typename Number>
    Number number() {
        Number value{};
        good_ = read(next(), value) == std::errc() && good_;
        return value;
    }

    // A time limit, which is written by whom it pleases.
    int seconds() {
        int value = 0;
        auto problem = read(next(), value);
        good_ = good_ && (problem == std::errc() || problem == std::errc::result_out_of_range);
        return problem == std::errc() ? std::min(value, frame::Listed::most) : frame::Listed::most;
    }

    frame::How how() {
        auto word = next();
        good_ = good_ && (word == "exit" || word == "timeout" || word == "stuck");
        return word == "exit"      ? frame::How::exit
               : word == "timeout" ? frame::How::timeout
                                   : frame::How::stuck;
    }

    std::string text() {
        std::string all(rest_);
        rest_ = {};
        good_ = good_ && !all.empty();
        return all;
    }

    std::string_view rest() const { return rest_; }
    bool complete() const { return good_ && rest_.empty(); }

  private:
    // All of a word must be the number.
    template<typename Number>
    static std::errc read(std::string_view word, Number &value) {
        auto [stop, problem] = std::from_chars(word.data(), word.data() + word.size(), value);
        return stop == word.data() + word.size() ? problem : std::errc::invalid_argument;
    }

    std::string_view rest_;
    bool good_ = true;
};

} // namespace

std::vector<Frame> ChannelParser::feed(std::string_view bytes) {
    std::vector<Frame> frames;
    lines_.feed(bytes, [&](std::string_view line) {
        if (!line.empty()) {
            frames.push_back(parse(line));
        }
    });
    return frames;
}

Frame ChannelParser::parse(std::string_view line) const {
    Words words(line);
    if (words.next() != nonce_) {
        return frame::Noise{std::string(line)};
    }
    auto said = words.rest();
    auto verb = words.next();
    if (verb == "out") {
        return frame::Output{std::string(words.rest())};
    }
    const frame::Garbled garbled{std::string(said)};
    Frame parsed = garbled;
    if (verb == "hello") {
        auto release = std::string(words.next());
        parsed = frame::Hello{release, words.number<Taint>()};
    } else if (verb == "list") {
        auto seconds = words.seconds();
        parsed = frame::Listed{seconds, words.text()};
    } else if (verb == "ready") {
        parsed = frame::Ready{words.number<std::size_t>()};
    } else if (verb == "start") {
        parsed = frame::Started{words.number<unsigned>()};
    } else if (verb == "end") {
        frame::Ended ended;
        ended.sequence = words.number<unsigned>();
        ended.how = words.how();
        ended.code = words.number<int>();
        ended.before = words.number<Taint>();
        ended.after = words.number<Taint>();
        parsed = ended;
    } else if (verb == "error") {
        parsed = frame::AgentError{words.text()};
    }
    return words.complete() ? parsed : Frame(garbled);
}

std::string order_run(unsigned sequence, long seconds, const std::string &id) {
    return fmt::format("run {} {} {}\n", sequence, seconds, id);
}

std::string order_off() {
    return "off\n";
}

std::string make_nonce() {
    std::random_device random;
    std::string nonce;
    for (int word = 0; word < 4; word++) {
        nonce += fmt::format("{:08x}", random());
    }
    return nonce;
}

} // namespace suture::harness
