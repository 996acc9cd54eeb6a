// Records of /dev/kmsg, and what is taken from them.

#include "libklp/kernel_log.h"
#include "fuzz/target.h"

#include <algorithm>

namespace suture::fuzz {

void run(std::string_view input) {
    const std::vector<KernelMessage> messages = parse_kernel_messages(input);
    for (const KernelMessage &message : messages) {
        require(message.level < 8);
        require(message.text.find('\n') == message.text.npos);
        if (const auto reason = parse_runtime_reason(message.text))
            require(!reason->patch.empty());
    }
    require(failure_messages(messages, "demo").size() <= messages.size());
    require(deadline_messages(messages, "demo").size() <= messages.size());
}

} // namespace suture::fuzz
