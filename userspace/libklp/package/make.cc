#include "libklp/package/make.h"

#include "libklp/file.h"

#include <cerrno>
#include <cstdlib>
#include <fmt/format.h>

namespace suture {

namespace fs = std::filesystem;

namespace {

// A folder for nobody else that is gone with the object.
class Scratch {
  public:
    static Result<Scratch> make() {
        std::error_code unknown;
        std::string path = fs::temp_directory_path(unknown) / "klp-package-XXXXXX";
        if (unknown || mkdtemp(path.data()) == nullptr)
            return fail(package_error(path, unknown ? unknown.message() : errno_text(errno),
                                      "set TMPDIR to a folder with room for temporary files"));
        return Scratch(std::move(path));
    }
    Scratch(Scratch &&other) noexcept : path_(std::exchange(other.path_, {})) {}
    Scratch &operator=(Scratch &&) = delete;
    ~Scratch() {
        std::error_code ignored;
        if (!path_.empty())
            fs::remove_all(path_, ignored);
    }

    const fs::path &path() const { return path_; }

  private:
    explicit Scratch(std::string path) : path_(std::move(path)) {}

    fs::path path_;
};

// Said before anything is made.
Result<void> check_tool(const PackageSystem &system, Tools &tools) {
    const auto run = tools.run({system.tool, "--version"}, {});
    if (run && run->status == 0)
        return {};
    const std::string why =
        !run ? errno_text(run.error())
             : fmt::format("'{} --version' ended with status {}", system.tool, run->status);
    return fail({.code = ErrorCode::dependency_missing,
                 .action = "make packages",
                 .subject = system.name,
                 .why = fmt::format("{}, which makes them, cannot be run: {}", system.tool, why),
                 .hint = fmt::format("{}; or leave these out with --format", system.how_to_get)});
}

struct Built {
    Scratch scratch; // in which the file lies
    fs::path file;
};

Result<Built> build(const PackageSystem &system, const PatchPackage &package, Tools &tools) {
    Result<Scratch> scratch = Scratch::make();
    const Result<PackageLabel> label = system.label(package);
    if (!scratch || !label)
        return fail(label ? scratch.error() : label.error());
    const Result<fs::path> file = system.build(
        {.package = package, .label = *label, .scratch = scratch->path(), .tools = tools});
    if (!file)
        return fail(file.error());
    return Built{.scratch = std::move(*scratch), .file = *file};
}

Result<fs::path> put_into(const fs::path &folder, const fs::path &file) {
    constexpr size_t far_too_much = size_t(1) << 30;
    const fs::path target = folder / file.filename();
    const auto put = read_file(file, far_too_much).and_then([&](const std::string &content) {
        return replace_file(target, content);
    });
    if (put)
        return target;
    return fail(package_error(target, errno_text(put.error()),
                              "check its folder, and the room there; see --output"));
}

} // namespace

Result<std::vector<fs::path>> make_packages(const PackageOrder &order, Tools &tools) {
    const Result<PatchPackage> package = read_patch_package(order.folder);
    if (!package)
        return fail(package.error());
    for (const PackageSystem &system : order.systems) {
        const Result<void> ready = system.label(*package).and_then(
            [&](const PackageLabel &) { return check_tool(system, tools); });
        if (!ready)
            return fail(ready.error());
    }
    std::vector<Built> all;
    for (const PackageSystem &system : order.systems) {
        Result<Built> built = build(system, *package, tools);
        if (!built)
            return fail(built.error());
        all.push_back(std::move(*built));
    }
    std::vector<fs::path> files;
    for (const Built &built : all) {
        const Result<fs::path> file = put_into(order.output, built.file);
        if (!file)
            return fail(file.error());
        files.push_back(*file);
    }
    return files;
}

} // namespace suture
