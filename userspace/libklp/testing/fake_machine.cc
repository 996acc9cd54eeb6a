#include "libklp/testing/fake_machine.h"

#include <cerrno>
#include <cstdlib>
#include <fmt/format.h>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <system_error>
#include <unistd.h>

namespace suture::testing {

namespace fs = std::filesystem;

namespace {

void write_file(const fs::path &path, const std::string &content, std::ios::openmode mode) {
    std::ofstream stream(path, std::ios::binary | mode);
    stream << content;
    stream.close();
    if (!stream)
        throw std::runtime_error("cannot write " + path.string());
}

void make(const fs::path &parent, const Entry &entry) {
    const fs::path path = parent / entry.name;
    fs::create_directories(path.parent_path());
    switch (entry.kind) {
    case Entry::Kind::file:
        write_file(path, entry.content, std::ios::trunc);
        break;
    case Entry::Kind::symlink:
        fs::create_symlink(entry.content, path);
        break;
    case Entry::Kind::directory:
        fs::create_directories(path);
        for (const Entry &child : entry.children)
            make(path, child);
    }
}

} // namespace

Entry file(std::string name, std::string content) {
    return {Entry::Kind::file, std::move(name), std::move(content), {}};
}

Entry symlink(std::string name, std::string target) {
    return {Entry::Kind::symlink, std::move(name), std::move(target), {}};
}

Entry directory(std::string name, std::vector<Entry> children) {
    return {Entry::Kind::directory, std::move(name), "", std::move(children)};
}

Entry patch(std::string name, PatchFiles files, std::vector<Entry> objects) {
    std::vector<Entry> children = std::move(objects);
    children.push_back(file("enabled", files.enabled + "\n"));
    children.push_back(file("transition", files.transition + "\n"));
    std::move(files.more.begin(), files.more.end(), std::back_inserter(children));
    return directory(std::move(name), std::move(children));
}

Entry object(std::string name, const std::vector<std::string> &functions, std::string patched) {
    std::vector<Entry> children{file("patched", std::move(patched) + "\n")};
    for (const std::string &function : functions)
        children.push_back(directory(function));
    return directory(std::move(name), std::move(children));
}

Entry module(const std::string &name, std::vector<Entry> more) {
    more.push_back(file("refcnt", "0\n"));
    more.push_back(file("initstate", "live\n"));
    return directory("sys/module/" + name, std::move(more));
}

FakeMachine::FakeMachine(const std::vector<Entry> &entries) {
    std::string name = fs::temp_directory_path() / "klp-test-XXXXXX";
    if (mkdtemp(name.data()) == nullptr)
        throw std::system_error(errno, std::generic_category(), name);
    root_ = name;
    add({directory("sys/kernel"), directory("run"), directory("var/lib"), file("dev/kmsg"),
         file("proc/self/status", "Name:\tklp\nCapEff:\t000001ffffffffff\n"),
         file("proc/sys/kernel/random/boot_id", fmt::format("{}\n", first_boot))});
    add(entries);
}

FakeMachine::~FakeMachine() {
    fs::remove_all(root_);
}

Environment FakeMachine::environment() const {
    return {.roots = {.root = root_,
                      .sys = root_ / "sys",
                      .proc = root_ / "proc",
                      .lib = root_ / "lib",
                      .modules = root_ / "lib/modules",
                      .run = root_ / "run",
                      .kmsg = root_ / "dev/kmsg",
                      .boot = root_ / "boot",
                      .etc = root_ / "etc",
                      .usr = root_ / "usr",
                      .store = root_ / "var/lib/suture"},
            .kernel = [this] { return kernel; },
            .find_key =
                [this](int ring, const std::string &description) {
                    const auto ids = key_ids.find(ring);
                    return ids != key_ids.end() && ids->second.count(description.substr(3)) > 0
                               ? -EACCES
                               : -ENOKEY;
                },
            .trusted_user = geteuid()};
}

void FakeMachine::add(const std::vector<Entry> &entries) {
    for (const Entry &entry : entries)
        make(root_, entry);
}

void FakeMachine::write(const std::string &relative, const std::string &content) {
    write_file(path(relative), content, std::ios::trunc);
}

void FakeMachine::append(const std::string &relative, const std::string &content) {
    write_file(path(relative), content, std::ios::app);
}

std::string FakeMachine::read(const std::string &relative) const {
    std::ostringstream content;
    content << std::ifstream(path(relative), std::ios::binary).rdbuf();
    return content.str();
}

void FakeMachine::remove(const std::string &relative) {
    fs::remove_all(path(relative));
}

void FakeClock::sleep(Duration duration) {
    ++sleeps_;
    const TimePoint end = now_ + duration;
    while (!events_.empty() && events_.begin()->first <= end) {
        const auto event = events_.extract(events_.begin());
        now_ = event.key();
        event.mapped()();
    }
    now_ = end;
}

std::chrono::system_clock::time_point FakeClock::wall_time(TimePoint moment) {
    constexpr std::chrono::seconds start(1767225600);
    return std::chrono::system_clock::time_point(start + moment.time_since_epoch());
}

void FakeClock::plan(Duration delay, std::function<void()> event) {
    events_.emplace(TimePoint(delay), std::move(event));
}

int FakeLoader::insert(std::string_view bytes) {
    inserted.emplace_back(bytes);
    return on_insert();
}

int FakeLoader::remove(const std::string &name) {
    removed.push_back(name);
    return on_remove();
}

void FakeObserver::on_progress(const std::string &, const Progress &progress, Clock::Duration) {
    if (seen.empty() || !(seen.back() == progress))
        seen.push_back(progress);
}

} // namespace suture::testing
