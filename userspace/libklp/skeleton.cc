#include "libklp/skeleton.h"

#include "libklp/file.h"
#include "libklp/name.h"
#include "libklp/name_limits.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

namespace suture {

namespace {

namespace fs = std::filesystem;

constexpr const char *source_template = R"C(// SPDX-License-Identifier: GPL-2.0
/*
 * A live patch that replaces {function}() in {place}.
 *
 * To be done: write the function, say at the end what the patch is, and remove
 * this line, without which it does not load.
 */
#define UNFINISHED

#include <linux/livepatch.h>
#include <linux/module.h>
#include <suture/metadata.h>

/*
 * Has exactly the type of {function}(), and is mostly a copy of it with
 * the change made.
 */
static void patched_{identifier}(void)
{{
}}

static struct klp_func funcs[] = {{
	{{
		.old_name = "{function}",
		.new_func = patched_{identifier},
	}},
	{{}}
}};

static struct klp_object objs[] = {{
	{{
{object}		.funcs = funcs,
	}},
	{{}}
}};

static struct klp_patch patch = {{
	.mod = THIS_MODULE,
	.objs = objs,
}};

static int __init patch_init(void)
{{
#ifdef UNFINISHED
	pr_err("%s: not loaded: its source still says UNFINISHED\n", THIS_MODULE->name);
	return -ENOEXEC;
#endif
	return klp_enable_patch(&patch);
}}

/* Unloaded only once it is disabled and every task has left it: nothing to do. */
static void __exit patch_exit(void)
{{
}}

module_init(patch_init);
module_exit(patch_exit);
MODULE_LICENSE("GPL");
MODULE_INFO(livepatch, "Y");

/* What it says of itself when it is loaded; <suture/metadata.h> lists all there is to say. */
SUTURE_PATCH_VERSION("1");
SUTURE_PATCH_DESCRIPTION("{name}: replaces {function}()");
)C";

constexpr const char *kbuild_template =
    R"K(# Built for any architecture and kernel by `make patch DIR=...` in Suture's tree, or here for one:
#
#	make -C /lib/modules/$(uname -r)/build M=$PWD SUTURE=/path/to/suture modules
obj-m := {name}.o

include $(SUTURE)/kernel/livepatch.mk
)K";

Error new_error(ErrorCode code, const std::string &subject, std::string why, std::string hint) {
    return {.code = code,
            .action = "make a patch",
            .subject = subject,
            .why = std::move(why),
            .hint = std::move(hint)};
}

bool is_letter_or_underscore(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

// A letter, then letters, digits and characters of `more`.
bool is_word(std::string_view text, std::string_view more) {
    return !text.empty() && is_letter_or_underscore(text.front()) &&
           std::all_of(text.begin(), text.end(), [more](char c) {
               return is_letter_or_underscore(c) || (c >= '0' && c <= '9') ||
                      more.find(c) != more.npos;
           });
}

Result<void> check(const Skeleton &skeleton, const std::string &name) {
    if (!is_word(name, "-") || !PatchName::parse(name))
        return fail(new_error(ErrorCode::invalid_name, name,
                              "no patch can have that name: it becomes that of a kernel module",
                              "use at most 55 letters, digits, '-' and '_', a letter first"));
    // The compiler's own suffixes, as in name.isra.0, are part of the name.
    if (!is_word(skeleton.function, ".") || skeleton.function.size() > longest_symbol)
        return fail(new_error(ErrorCode::invalid_name, skeleton.function,
                              "no function has such a name", "give it as /proc/kallsyms has it"));
    if (!skeleton.object.empty() &&
        (!is_word(skeleton.object, "-") || !PatchName::parse(skeleton.object)))
        return fail(new_error(ErrorCode::invalid_name, skeleton.object, "no module has such a name",
                              "give it as /proc/modules has it"));
    return {};
}

std::string with_underscores(std::string text, char instead_of) {
    std::replace(text.begin(), text.end(), instead_of, '_');
    return text;
}

std::string source_of(const Skeleton &skeleton, const std::string &name) {
    std::string place = "the kernel itself";
    std::string object;
    if (!skeleton.object.empty() && skeleton.object != "vmlinux") {
        const std::string module = with_underscores(skeleton.object, '-');
        place = fmt::format("the module {}", module);
        object = fmt::format("\t\t.name = \"{}\",\n", module);
    }
    return fmt::format(source_template, fmt::arg("name", name),
                       fmt::arg("function", skeleton.function),
                       fmt::arg("identifier", with_underscores(skeleton.function, '.')),
                       fmt::arg("place", place), fmt::arg("object", object));
}

tl::expected<void, int> write_new(const fs::path &path, const std::string &content) {
    return File::open(path, O_WRONLY | O_CREAT | O_EXCL, 0666).and_then([&](const File &file) {
        return file.write(content);
    });
}

} // namespace

Result<void> write_skeleton(const Skeleton &skeleton) {
    // "my-fix/" means the same as "my-fix".
    const fs::path folder =
        skeleton.folder.has_filename() ? skeleton.folder : skeleton.folder.parent_path();
    const std::string name = folder.filename();
    Result<void> checked = check(skeleton, name);
    if (!checked)
        return checked;
    if (mkdir(folder.c_str(), 0777) != 0) {
        if (errno == EEXIST)
            return fail(new_error(ErrorCode::name_taken, folder, "it is there already",
                                  "choose another name, or remove it first"));
        return fail(new_error(ErrorCode::system, folder,
                              fmt::format("the folder cannot be made: {}", errno_text(errno)),
                              "check the path"));
    }
    const auto written = write_new(folder / (name + ".c"), source_of(skeleton, name)).and_then([&] {
        return write_new(folder / "Kbuild", fmt::format(kbuild_template, fmt::arg("name", name)));
    });
    if (written)
        return {};
    // The folder was made just now, so that nothing in it is anybody else's.
    std::error_code ignored;
    fs::remove_all(folder, ignored);
    return fail(
        new_error(ErrorCode::system, folder,
                  fmt::format("a file in it cannot be written: {}", errno_text(written.error())),
                  "is the disk full?"));
}

} // namespace suture
