#include "guest.h"

#include "qemu_command.h"
#include "shell.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <fmt/format.h>
#include <fstream>
#include <sstream>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/stat.h>

namespace suture::harness {

namespace {

std::string reason() {
    return std::strerror(errno);
}

Result<void> write_all(int fd, std::string_view bytes, const std::string &what) {
    while (!bytes.empty()) {
        auto written = write(fd, bytes.data(), bytes.size());
        if (written < 0) {
            if (errno == EINTR) {
                continue;
            }
            return fail(fmt::format("cannot write {}: {}", what, reason()));
        }
        bytes.remove_prefix(static_cast<std::size_t>(written));
    }
    return {};
}

Result<UniqueFd> create(const std::filesystem::path &path) {
    UniqueFd fd(open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644));
    if (!fd) {
        return fail(fmt::format("cannot create {}: {}", path.string(), reason()));
    }
    return fd;
}

// The image and the overlay as one file, in memory: it is gone with QEMU, whatever happens to us.
Result<UniqueFd> join_initramfs(const std::filesystem::path &image, const std::string &overlay) {
    UniqueFd from(open(image.c_str(), O_RDONLY | O_CLOEXEC));
    if (!from) {
        return fail(fmt::format("cannot read the guest image {}: {}; make it with 'make guest'",
                                image.string(), reason()));
    }
    UniqueFd joined(memfd_create("initramfs", MFD_CLOEXEC));
    if (!joined) {
        return fail(fmt::format("cannot make a file in memory: {}", reason()));
    }
    ssize_t sent = 0;
    off_t size = 0;
    while ((sent = sendfile(joined.get(), from.get(), nullptr, 1 << 30)) > 0) {
        size += sent;
    }
    if (sent < 0) {
        return fail(fmt::format("cannot copy {}: {}", image.string(), reason()));
    }
    // The kernel looks for the next archive at a multiple of four.
    auto padding = std::string(static_cast<std::size_t>((4 - size % 4) % 4), '\0');
    auto written = write_all(joined.get(), padding + overlay, "the guest's initramfs");
    if (!written) {
        return tl::unexpected(written.error());
    }
    return joined;
}

struct SocketPair {
    UniqueFd ours;
    UniqueFd qemus;
};

Result<SocketPair> make_sockets() {
    int fds[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) != 0) {
        return fail(fmt::format("cannot make a socket pair: {}", reason()));
    }
    return SocketPair{UniqueFd(fds[0]), UniqueFd(fds[1])};
}

Result<std::string> receive(UniqueFd &from, UniqueFd &log, const char *what) {
    char buffer[65536];
    auto got = recv(from.get(), buffer, sizeof(buffer), MSG_DONTWAIT);
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) {
        return std::string();
    }
    if (got <= 0) {
        from.reset();
        return std::string();
    }
    std::string bytes(buffer, static_cast<std::size_t>(got));
    auto kept = write_all(log.get(), bytes, fmt::format("the guest's {} log", what));
    if (!kept) {
        return tl::unexpected(kept.error());
    }
    return bytes;
}

// For a person who wants to boot the same guest by hand.
Result<void> write_recipe(const GuestConfig &config, const std::string &overlay,
                          const std::vector<std::string> &command) {
    auto cpio = create(config.log_dir / "overlay.cpio");
    auto recipe = create(config.log_dir / "qemu.command");
    if (!cpio || !recipe) {
        return tl::unexpected((cpio ? recipe : cpio).error());
    }
    auto text = fmt::format("# The initramfs is {} followed by overlay.cpio; the descriptors are\n"
                            "# sockets. By hand, replace the console's with -serial stdio.\n{}\n",
                            shell_quoted({config.initramfs.string()}), shell_quoted(command));
    auto written = write_all(cpio->get(), overlay, "overlay.cpio");
    return written ? write_all(recipe->get(), text, "qemu.command") : written;
}

} // namespace

Guest::Guest(Process qemu, UniqueFd console, UniqueFd channel, UniqueFd console_log,
             UniqueFd channel_log, std::filesystem::path log_dir)
    : qemu_(std::move(qemu)), console_(std::move(console)), channel_(std::move(channel)),
      console_log_(std::move(console_log)), channel_log_(std::move(channel_log)),
      log_dir_(std::move(log_dir)) {}

Result<Guest> Guest::boot(const GuestConfig &config) {
    std::error_code failed;
    std::filesystem::create_directories(config.log_dir, failed);
    if (failed) {
        return fail(fmt::format("cannot make the log folder {}: {}", config.log_dir.string(),
                                failed.message()));
    }
    if (access(config.kernel.c_str(), R_OK) != 0) {
        return fail(fmt::format("cannot read the guest kernel {}: {}; make it with 'make guest'",
                                config.kernel.string(), reason()));
    }
    auto overlay = make_overlay(config.overlay);
    if (!overlay) {
        return tl::unexpected(overlay.error());
    }
    auto initramfs = join_initramfs(config.initramfs, *overlay);
    auto console = make_sockets();
    auto channel = make_sockets();
    auto console_log = create(config.log_dir / "console.log");
    auto channel_log = create(config.log_dir / "channel.log");
    auto qemu_log = create(config.log_dir / "qemu.log");
    for (const Error *error :
         {initramfs ? nullptr : &initramfs.error(), console ? nullptr : &console.error(),
          channel ? nullptr : &channel.error(), console_log ? nullptr : &console_log.error(),
          channel_log ? nullptr : &channel_log.error(), qemu_log ? nullptr : &qemu_log.error()}) {
        if (error) {
            return tl::unexpected(*error);
        }
    }

    QemuParts parts;
    parts.kernel = config.kernel.string();
    parts.initramfs = fmt::format("/proc/self/fd/{}", initramfs->get());
    parts.console_fd = console->qemus.get();
    parts.kernel_arguments = config.kernel_arguments;
    std::vector<int> inherited{initramfs->get(), parts.console_fd};
    if (config.channel) {
        parts.channel_fd = channel->qemus.get();
        inherited.push_back(parts.channel_fd);
    }
    if (config.terminal_fd >= 0) {
        parts.terminal_fd = config.terminal_fd;
        inherited.push_back(parts.terminal_fd);
    }
    parts.gdb_socket = config.gdb_socket.string();
    auto command = qemu_command(config.arch, parts);
    auto recipe = write_recipe(config, *overlay, command);
    if (!recipe) {
        return tl::unexpected(recipe.error());
    }
    auto qemu = Process::spawn(command, qemu_log->get(), inherited);
    if (!qemu) {
        return fail(fmt::format("{}; it is in the package {}", qemu.error().message,
                                config.arch.qemu_package));
    }
    return Guest(std::move(*qemu), std::move(console->ours), std::move(channel->ours),
                 std::move(*console_log), std::move(*channel_log), config.log_dir);
}

Result<std::string> Guest::read_console() {
    return receive(console_, console_log_, "console");
}

Result<std::string> Guest::read_channel() {
    return receive(channel_, channel_log_, "channel");
}

Result<void> Guest::send(const std::string &orders) {
    // Orders are short and the agent asks for one at a time: the socket always has room, or the
    // guest is no longer there, which its end will tell.
    if (!channel_) {
        return {};
    }
    auto sent = ::send(channel_.get(), orders.data(), orders.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent != static_cast<ssize_t>(orders.size()) && errno != EPIPE && errno != ECONNRESET) {
        return fail(fmt::format("cannot send orders to the guest: {}", reason()));
    }
    return {};
}

std::string Guest::qemu_messages() const {
    std::ifstream file(log_dir_ / "qemu.log");
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

} // namespace suture::harness
