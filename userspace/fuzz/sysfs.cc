// What sysfs has of a patch: the values of its files, the name of a function, and whose code is
// live in that, one after the other in the input with NULs between them.

#include "libklp/sysfs.h"
#include "fuzz/target.h"
#include "klp/output.h"
#include "libklp/livepatch.h"

#include <algorithm>
#include <cstdlib>
#include <fcntl.h>
#include <sstream>
#include <unistd.h>

namespace suture::fuzz {

namespace {

namespace fs = std::filesystem;

// The tree of one machine with one patch, whose files are written anew in each run.
class Tree {
  public:
    Tree() {
        std::string name = fs::temp_directory_path() / "klp-fuzz-XXXXXX";
        if (mkdtemp(name.data()) == nullptr)
            std::abort();
        root_ = name;
        fs::create_directories(object());
    }
    ~Tree() { fs::remove_all(root_); }

    fs::path sys() const { return root_; }
    fs::path patch() const { return root_ / "kernel/suture/demo"; }
    fs::path object() const { return patch() / "vmlinux"; }

  private:
    fs::path root_;
};

void write(const fs::path &path, std::string_view content) {
    const int descriptor = open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (::write(descriptor, content.data(), content.size()) != static_cast<ssize_t>(content.size()))
        std::abort();
    close(descriptor);
}

std::string_view take(std::string_view &input) {
    const std::string_view part = input.substr(0, input.find('\0'));
    input.remove_prefix(std::min(part.size() + 1, input.size()));
    return part;
}

// One that the file system takes.
bool is_file_name(std::string_view name) {
    constexpr size_t longest = 255;
    return !name.empty() && name != "." && name != ".." && name != "patched" &&
           name.size() <= longest && name.find('/') == name.npos;
}

} // namespace

void run(std::string_view input) {
    static const Tree tree;
    for (const char *name : {"enabled", "transition", "pending_tasks", "total_tasks", "replace",
                             "stack_order", "deadline_ms"})
        write(tree.patch() / name, take(input));
    write(tree.object() / "patched", take(input));
    const std::string_view function = take(input);
    const fs::path directory = tree.object() / function;
    const bool has_function = is_file_name(function) && fs::create_directory(directory);
    if (has_function)
        write(directory / "live", take(input));

    const Roots roots{.sys = tree.sys()};
    Status status;
    for (const Livepatch &livepatch : Livepatch::find(roots)) {
        if (const Result<std::vector<Patch>> patches = livepatch.patches())
            status.patches = *patches;
        (void)livepatch.deadline_ms("demo");
    }
    add_live_owners(roots, status.patches);
    std::ostringstream out;
    constexpr unsigned all = 2;
    TextOutput(out, false).status(status, std::nullopt);
    TextOutput(out, false, all).patches(status);
    JsonOutput(out).status(status, std::nullopt);
    JsonOutput(out).patches(status);
    (void)running_transition(roots);
    if (has_function)
        fs::remove_all(directory);
}

} // namespace suture::fuzz
