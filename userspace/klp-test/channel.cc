#include "channel.h"

#include <array>
#include <charconv>
#include <fmt/format.h>
#include <random>

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
        auto word = next();
        Number value{};
        auto [stop, problem] = std::from_chars(word.data(), word.data() + word.size(), value);
        good_ = good_ && problem == std::errc() && stop == word.data() + word.size();
        return value;
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

    std::string anything() { return std::string(rest_); }
    bool complete() const { return good_ && rest_.empty(); }

  private:
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
    frame::Noise noise{std::string(line)};
    Words words(line);
    if (words.next() != nonce_) {
        return noise;
    }
    auto verb = words.next();
    Frame parsed = noise;
    if (verb == "out") {
        return frame::Output{words.anything()};
    }
    if (verb == "hello") {
        auto release = std::string(words.next());
        parsed = frame::Hello{release, words.number<Taint>()};
    } else if (verb == "list") {
        auto seconds = words.number<int>();
        parsed = frame::Listed{seconds, words.text()};
    } else if (verb == "ready") {
        parsed = frame::Ready{};
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
    return words.complete() ? parsed : Frame(noise);
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
