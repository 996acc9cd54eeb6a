#include "libklp/testing/fake_journal.h"

#include "libklp/elf_notes.h"

#include <cerrno>
#include <stdexcept>
#include <sys/socket.h>
#include <sys/un.h>
#include <system_error>

namespace suture::testing {

namespace {

// Takes as many bytes off the front, and the end of the line behind them.
std::string take_line(std::string_view &rest, size_t size) {
    if (size >= rest.size() || rest[size] != '\n')
        throw std::runtime_error("the end of a field is missing");
    std::string line(rest.substr(0, size));
    rest.remove_prefix(size + 1);
    return line;
}

FakeJournal::Fields parse(std::string_view rest) {
    constexpr size_t length_size = 8;
    FakeJournal::Fields fields;
    while (!rest.empty()) {
        const std::string line = take_line(rest, rest.find('\n'));
        const size_t equals = line.find('=');
        if (equals != line.npos) {
            fields.emplace(line.substr(0, equals), line.substr(equals + 1));
            continue;
        }
        const uint64_t size = number_in(rest.substr(0, length_size), std::endian::little);
        rest.remove_prefix(std::min(length_size, rest.size()));
        fields.emplace(line, take_line(rest, size));
    }
    return fields;
}

} // namespace

FakeJournal::FakeJournal(const FakeMachine &machine)
    : socket_(File::own(socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0))) {
    const std::filesystem::path path = machine.path("run/systemd/journal/socket");
    std::filesystem::create_directories(path.parent_path());
    sockaddr_un address = {};
    address.sun_family = AF_UNIX;
    path.native().copy(address.sun_path, sizeof(address.sun_path) - 1);
    if (bind(socket_.descriptor(), reinterpret_cast<const sockaddr *>(&address), sizeof(address)) !=
        0)
        throw std::system_error(errno, std::generic_category(), path);
}

std::vector<FakeJournal::Fields> FakeJournal::entries() const {
    std::vector<Fields> all;
    std::string buffer(size_t(1) << 20, '\0');
    for (;;) {
        const ssize_t size = recv(socket_.descriptor(), buffer.data(), buffer.size(), MSG_DONTWAIT);
        if (size < 0)
            return all;
        all.push_back(parse({buffer.data(), static_cast<size_t>(size)}));
    }
}

} // namespace suture::testing
