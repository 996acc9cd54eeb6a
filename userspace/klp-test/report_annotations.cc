// What did not pass, as GitHub shows it beside a workflow's run.
#include "report.h"

#include <fmt/format.h>
#include <fmt/ostream.h>

namespace suture::harness {

namespace {

// A command is one line. In its properties ':' and ',' end one, too.
std::string annotation_escaped(std::string_view text, bool property) {
    std::string out;
    for (char byte : text) {
        bool special = byte == '%' || byte == '\r' || byte == '\n' ||
                       (property && (byte == ':' || byte == ','));
        out += special ? fmt::format("%{:02X}", static_cast<unsigned char>(byte))
                       : std::string(1, byte);
    }
    return out;
}

} // namespace

void annotate(std::ostream &out, const char *command, const std::string &title,
              const std::string &message) {
    fmt::print(out, "::{} title={}::{}\n", command, annotation_escaped(title, true),
               annotation_escaped(message, false));
}

void AnnotationPrinter::write(const RunResult &run, std::ostream &out) const {
    for (const auto &target : run.targets) {
        if (target.boot_retries > 0) {
            annotate(out, "warning", target.name(),
                     fmt::format("{} boots failed and were tried again", target.boot_retries));
        }
        for (const auto &result : target.results) {
            if (tally_of(result.outcome) == Tally::failed) {
                annotate(out, "error", fmt::format("{} {}", target.name(), result.name),
                         fmt::format("{}: {}", name_of(result.outcome), result.reason));
            }
        }
    }
}

} // namespace suture::harness
