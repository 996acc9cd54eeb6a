#include "markup.h"

namespace suture::harness {

std::string escaped(std::string_view text) {
    std::string out;
    for (char byte : text) {
        switch (byte) {
        case '&':
            out += "&amp;";
            break;
        case '<':
            out += "&lt;";
            break;
        case '>':
            out += "&gt;";
            break;
        case '"':
            out += "&quot;";
            break;
        default:
            bool plain = (byte >= ' ' && byte < 0x7f) || byte == '\n' || byte == '\t';
            out += plain ? byte : '?';
        }
    }
    return out;
}

} // namespace suture::harness
