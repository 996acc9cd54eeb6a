#include "libklp/journal.h"

#include "libklp/file.h"

#include <cstdint>
#include <sys/socket.h>
#include <sys/un.h>

namespace suture {

namespace {

// A value of several lines comes after its length, a little-endian number of 8 bytes.
std::string serialized(const JournalField &field) {
    if (field.value.find('\n') == field.value.npos)
        return field.name + ("=" + field.value) + '\n';
    std::string text = field.name + std::string("\n");
    for (unsigned bits = 0; bits < 64; bits += 8)
        text += static_cast<char>(uint64_t(field.value.size()) >> bits);
    return text + field.value + '\n';
}

} // namespace

void write_journal(const Environment &environment, const std::vector<JournalField> &fields) {
    const std::string path = environment.roots.run / "systemd/journal/socket";
    sockaddr_un address = {};
    if (path.size() >= sizeof(address.sun_path))
        return;
    address.sun_family = AF_UNIX;
    path.copy(address.sun_path, path.size());
    std::string entry;
    for (const JournalField &field : fields)
        entry += serialized(field);
    const int descriptor = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (descriptor < 0)
        return;
    const File socket = File::own(descriptor);
    // That nobody listens, or that its queue is full, is ignored on purpose.
    (void)sendto(socket.descriptor(), entry.data(), entry.size(), MSG_DONTWAIT | MSG_NOSIGNAL,
                 reinterpret_cast<const sockaddr *>(&address), sizeof(address));
}

} // namespace suture
