// The protocol between klp-test and the guest's agent (vm-images/init), over a virtio-serial port.
//
// The guest sends frames, one a line:  NONCE VERB ARGUMENTS
//     hello RELEASE TAINT           the agent is up
//     list SECONDS COLLECTION:NAME  one test of the suite, and the limit that its settings file
//                                   gives; 0: none is given; -1: it is not to have one
//     ready COUNT                   the list is complete, with so many tests; orders are awaited
//     start SEQUENCE                the test of that number has been started
//     out TEXT                      a line that the test wrote
//     end SEQUENCE HOW CODE TAINT_BEFORE TAINT_AFTER
//                                   HOW: exit, timeout, or stuck (a process cannot be killed)
//     error TEXT                    the agent cannot do its work
// klp-test answers with orders:
//     run SEQUENCE SECONDS COLLECTION:NAME
//     off                           the agent says so in the kernel log, and powers off
// The nonce is new for each boot and no test is given it; besides, all that a test prints travels
// in `out` frames. So nothing that a test prints, on the port or elsewhere, is taken for a verdict.
// That guards against accidents, not against malice: tests are root, and could look for the nonce
// in the processes of the agent, such as on the command line of what makes frames of their output.
// A line without the nonce is noise. One that has it and is none of the above is an error of the
// agent: what it was to say is unknown, be it the end of a test or a test of the list.
#pragma once

#include "line_reader.h"
#include "taint.h"

#include <cstddef>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace suture::harness {

constexpr const char *channel_port = "org.suture.klp-test";

namespace frame {

struct Hello {
    std::string release;
    Taint taint = 0;
};
struct Listed {
    // Positive: the limit; otherwise `usual` or `unlimited`.
    static constexpr int usual = 0, unlimited = -1;
    // A day: what asks for more is given that.
    static constexpr int most = 24 * 3600;
    int seconds = usual;
    std::string id;
};
struct Ready {
    std::size_t count = 0;
};
struct Started {
    unsigned sequence = 0;
};
struct Output {
    std::string line;
};
enum class How { exit, timeout, stuck };
struct Ended {
    unsigned sequence = 0;
    How how = How::exit;
    int code = 0;
    Taint before = 0;
    Taint after = 0;
};
struct AgentError {
    std::string text;
};
// What follows the nonce, and is no frame.
struct Garbled {
    std::string text;
};
// A line that is no frame of this boot.
struct Noise {
    std::string line;
};

} // namespace frame

using Frame = std::variant<frame::Hello, frame::Listed, frame::Ready, frame::Started, frame::Output,
                           frame::Ended, frame::AgentError, frame::Garbled, frame::Noise>;

class ChannelParser {
  public:
    explicit ChannelParser(std::string nonce) : nonce_(std::move(nonce)) {}

    std::vector<Frame> feed(std::string_view bytes);

  private:
    Frame parse(std::string_view line) const;

    std::string nonce_;
    LineReader lines_;
};

std::string order_run(unsigned sequence, long seconds, const std::string &id);
std::string order_off();

// A nonce for one boot: 128 random bits in hexadecimal.
std::string make_nonce();

} // namespace suture::harness
