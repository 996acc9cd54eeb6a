#include "libklp/testing/fake_kernel.h"

#include "libklp/patch_file.h"
#include "libklp/sysfs.h"
#include "libklp/testing/fake_module.h"

#include <fmt/format.h>

namespace suture::testing {

namespace {

const std::string patches = "sys/kernel/suture/";

} // namespace

int FakeKernel::insert(std::string_view bytes) {
    const Result<PatchFile> file = parse_patch_file("inserted.ko", std::string(bytes));
    history.push_back("insert " + (file ? file->name : to_text(file.error())));
    if (falls)
        throw MachineDown();
    if (refuses != 0 || !file)
        return refuses;
    if (cumulative) {
        for (const std::string &other : enabled())
            machine_.remove(patches + other);
    }
    machine_.add(
        {patch(patches + file->name, {.transition = slow ? "1" : "0"}),
         directory("sys/module/suture/holders/" + file->name),
         module(file->name,
                {suture::testing::file("srcversion", file->source_version + "\n"),
                 suture::testing::file("notes/.note.Suture",
                                       metadata_field("version=" + file->metadata->version))})});
    look();
    return 0;
}

int FakeKernel::remove(const std::string &name) {
    history.push_back("remove " + name);
    forget(name);
    look();
    return 0;
}

void FakeKernel::reboot() {
    for (const std::string &name : enabled())
        forget(name);
    machine_.write("proc/sys/kernel/random/boot_id", fmt::format("boot-{}\n", ++reboots_));
    was_patched_ = false;
    falls = false;
}

void FakeKernel::forget(const std::string &name) {
    for (const char *folder : {"sys/kernel/suture/", "sys/module/", "sys/module/suture/holders/"})
        machine_.remove(folder + name);
}

std::vector<std::string> FakeKernel::enabled() const {
    std::vector<std::string> names;
    const auto all = list_directories(machine_.path(patches));
    for (const std::string &name : all.value_or(std::vector<std::string>())) {
        if (machine_.read(patches + name + "/enabled") == "1\n")
            names.push_back(name);
    }
    return names;
}

void FakeKernel::look() {
    was_unpatched |= was_patched_ && enabled().empty();
    was_patched_ |= !enabled().empty();
}

} // namespace suture::testing
