#include "libklp/package/tools.h"

#include "libklp/child.h"
#include "libklp/file.h"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <optional>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

namespace suture {

namespace {

constexpr size_t longest_output = size_t(16) << 20;

class FileActions {
  public:
    FileActions() { posix_spawn_file_actions_init(&actions_); }
    ~FileActions() { posix_spawn_file_actions_destroy(&actions_); }
    FileActions(const FileActions &) = delete;
    FileActions &operator=(const FileActions &) = delete;

    // Nothing to read, and all that it writes to `output`; an error of these is one of the spawn.
    void redirect(int output) {
        posix_spawn_file_actions_addopen(&actions_, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
        posix_spawn_file_actions_adddup2(&actions_, output, STDOUT_FILENO);
        posix_spawn_file_actions_adddup2(&actions_, output, STDERR_FILENO);
    }
    const posix_spawn_file_actions_t *get() const { return &actions_; }

  private:
    posix_spawn_file_actions_t actions_ = {};
};

// As exec(3) wants them; they point into `texts`.
std::vector<char *> pointers(const std::vector<std::string> &texts) {
    std::vector<char *> all;
    all.reserve(texts.size() + 1);
    for (const std::string &text : texts)
        all.push_back(const_cast<char *>(text.c_str()));
    all.push_back(nullptr);
    return all;
}

std::string name_of(const std::string &variable) {
    return variable.substr(0, variable.find('='));
}

std::vector<std::string> environment_with(std::vector<std::string> variables) {
    const std::vector<std::string> given = variables;
    for (char **inherited = environ; *inherited != nullptr; ++inherited) {
        const bool replaced =
            std::any_of(given.begin(), given.end(), [&](const std::string &variable) {
                return name_of(variable) == name_of(*inherited);
            });
        if (!replaced)
            variables.emplace_back(*inherited);
    }
    return variables;
}

// As shells have it.
int exit_status(int status) {
    constexpr int by_signal = 128;
    return WIFSIGNALED(status) ? by_signal + WTERMSIG(status) : WEXITSTATUS(status);
}

} // namespace

tl::expected<ToolRun, int> Tools::run(const std::vector<std::string> &command,
                                      const std::vector<std::string> &variables) {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0)
        return tl::unexpected(errno);
    const File from = File::own(ends[0]);
    std::optional<File> to = File::own(ends[1]);
    FileActions actions;
    actions.redirect(to->descriptor());
    const std::vector<std::string> environment = environment_with(variables);
    pid_t child = 0;
    const int error_number = posix_spawnp(&child, command.front().c_str(), actions.get(), nullptr,
                                          pointers(command).data(), pointers(environment).data());
    if (error_number != 0)
        return tl::unexpected(error_number);
    to.reset();
    auto output = from.read_to_end(longest_output);
    // It may be too much, and the child wait for somebody to read it.
    if (!output)
        (void)kill(child, SIGKILL);
    const auto status = wait_for(child);
    if (!output || !status)
        return tl::unexpected(output ? status.error() : output.error());
    return ToolRun{.status = exit_status(*status), .output = std::move(*output)};
}

} // namespace suture
