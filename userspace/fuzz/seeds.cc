// Writes the inputs that fuzzing starts from, small ones of the form that is meant: in FOLDER one
// folder for each target.
//
//	fuzz-seeds FOLDER

#include "fuzz/kernel_btf.h"
#include "libklp/file.h"
#include "libklp/testing/fake_module.h"
#include "libklp/testing/fake_signature.h"

#include <cstdio>
#include <filesystem>
#include <fmt/format.h>
#include <map>

using namespace suture::testing;

namespace {

using Seeds = std::map<std::string, std::vector<std::string>>;

std::string notes(std::endian order) {
    std::string all;
    for (const char *field : {"version=3", "kernel=6.1.0-50-amd64", "description=What it is",
                              "expires=2027-06-30", "cve=CVE-2026-1 7.8", "cve=CVE-2026-2", "bug=b",
                              "object=ext4 build-id 00ff", "object=btrfs srcversion 0A1B"})
        all += metadata_field(field, order);
    return all;
}

std::string module_of(unsigned machine, unsigned char byte_order, unsigned char elf_class) {
    return FakeModule{.source_version = "ABC",
                      .build_id_note = metadata_note("id", std::endian::native, 3, "GNU"),
                      .metadata_notes =
                          notes(byte_order == ELFDATA2MSB ? std::endian::big : std::endian::little),
                      .objects = {{"", {{"do_it", "patched_do_it"}, {"f", "patched_f", 2}}},
                                  {"ext4", {{"", "patched_later"}}}},
                      .more_sections = {".rela.text", ".klp.rela.ext4..text"},
                      .elf_class = elf_class,
                      .byte_order = byte_order,
                      .machine = machine}
        .build();
}

// BTF that refers to the kernel's, to its first type, or that stands alone.
std::string btf_on(const FakeBtf *kernel) {
    FakeBtf btf(kernel);
    const int number = btf.integer("int", 4);
    const int file = btf.pointer(btf.constant(btf.structure("file", 200)));
    const int nameless = btf.type_definition("spot_t", btf.structure("", 16));
    btf.function(suture::fuzz::replacement, number,
                 {{"file", file}, {"first", btf.pointer(1)}, {"spot", nameless}, {"", 0}});
    return btf.bytes();
}

std::string content_of(const char *path) {
    constexpr size_t limit = size_t(1) << 20;
    return suture::read_file(path, limit).value();
}

constexpr const char *blockers =
    "# patch=demo target=patched pending=2 tasks=57\n"
    "pid=7 tid=8 kind=user state=D cpu=1 pending_ms=1234 reason=function function=do_it "
    "object=ext4 comm=worker\n"
    "\tdo_wait+0x10/0x20\n"
    "\tdo_it+0x5/0x9 [ext4]\n"
    "pid=0 tid=0 kind=idle state=R cpu=0 pending_ms=99 reason=unreliable frame=2 comm=swapper/0\n";

constexpr const char *forced = "# patch=demo target=unpatched time=1767225600 tasks=1\n"
                               "pid=7 tid=7 kind=kthread state=R cpu=1 pending_ms=4 reason=running "
                               "comm=a b=c\n";

// The first byte is where it is cut in two.
constexpr const char *transition =
    " kworker/0:1-23 [001] 12.345678: transition_start: patch=demo target=patched tasks=57\n"
    "CPU:1 [LOST 17 EVENTS]\n"
    "<idle>-0 [000] 12.345679: transition_reversed: patch=demo target=unpatched tasks=3\n"
    "<...>-9 [000] 12.345680: transition_complete: patch=demo target=unpatched duration_us=81234 "
    "forced=0\n";

constexpr const char *tasks =
    "@a-1 [000] 1.000001: task_switched: comm=a b pid=1 target=patched means=asleep pending_us=1\n"
    "a-1 [000] 1.000002: task_blocked: comm=a\nb pid=1 target=patched reason=function "
    "where=do_it+0x5/0x9 [ext4]\n"
    "a-1 [000] 1.000003: task_woken: comm=a pid=1\n"
    "a-1 [000] 1.000004: audit_violation: comm=a pid=1 universe=patched call=f+0x4/0x9 "
    "found=g+0x5/0x20 [ext4]\n"
    "a-1 [000] 1.000005: patch_expired: day=1\n";

// More nanoseconds than a Duration holds.
constexpr const char *overflow =
    "@a-1 [000] 1.000001: transition_complete: patch=demo target=patched "
    "duration_us=9300000000000000 forced=1\n";

constexpr const char *log =
    "6,1,100,-;livepatch: enabling patch 'demo'\n"
    " SUBSYSTEM=cpu\n"
    "3,2,200,c,caller=T12;livepatch: patch 'demo': object 'ext4': function 'f': none; build it\n"
    "4,3,300,-;demo: Unknown symbol foo (err -2)\n"
    "5,4,400,-;livepatch: 'demo': patching transition not complete after its deadline of 300 ms\n"
    "5,5,500,-;livepatch:   pid=1 tid=1 comm=init\n"
    "12,6,600,-;said by a user\n";

constexpr const char *lists = "transitions 12\n"
                              "longest_task_us 81234\n"
                              "CONFIG_KPROBES=y\n"
                              "# CONFIG_LIVEPATCH is not set\n"
                              "version_proc_show (1) R I     \ttramp: 0xc0 (f+0x0/0x1)\n"
                              "target_version [test_target] (1) I D\ttramp: 0xc0 (f+0x0/0x1)\n"
                              "\tdirect-->bpf_trampoline_6442509301+0x0/0x1000\n"
                              "ffffffff81000010  k  do_it+0x10  ext4 [DISABLED]\n"
                              "ffffffff81000020  r  do_it+0x0    [FTRACE]\n"
                              "0a1b2c3d I------     1 perm 1f030000     0     0 asymmetri "
                              "Our CA: 6cce: X509.rsa 6cce []\n";

// With the NULs between them.
std::string sysfs(const char *enabled, const char *transition) {
    std::string all;
    for (const char *value : {enabled, transition, "3\n", "57\n", "0\n", "1\n", "30000\n", "1\n",
                              "do_it,1", "original -> demo\n"})
        all.append(value).push_back('\0');
    return all;
}

Seeds all_seeds() {
    const FakeBtf kernel = suture::fuzz::kernel_btf();
    return {
        {"blockers", {blockers, forced}},
        {"btf_prototypes", {btf_on(&kernel), btf_on(nullptr)}},
        {"dwarf_prototypes", {content_of(SUTURE_SAMPLE_4), content_of(SUTURE_SAMPLE_5)}},
        {"events", {transition, tasks, overflow}},
        {"kernel_log", {log}},
        {"lists", {lists}},
        {"metadata", {notes(std::endian::little), notes(std::endian::big)}},
        {"patch_file",
         {module_of(EM_X86_64, ELFDATA2LSB, ELFCLASS64),
          module_of(EM_S390, ELFDATA2MSB, ELFCLASS64), module_of(EM_ARM, ELFDATA2LSB, ELFCLASS32),
          FakeModule{}.build() + FakeSignature{.signers = {"Us", "Them"}}.tail(),
          FakeModule{}.build() +
              FakeSignature{.by_key_identifier = true, .with_certificates = true}.tail(),
          FakeModule{.type = ET_EXEC}.build(), std::string("\xfd\x37zXZ\x00rest", 10)}},
        {"sysfs", {sysfs("1\n", "1\n"), sysfs("0\n", "0\n"), sysfs("1", "nonsense")}}};
}

} // namespace

int main(int argc, char **argv) {
    if (argc != 2) {
        fmt::print(stderr, "usage: fuzz-seeds FOLDER\n");
        return 2;
    }
    for (const auto &[target, seeds] : all_seeds()) {
        const std::filesystem::path folder = std::filesystem::path(argv[1]) / target;
        std::filesystem::create_directories(folder);
        for (size_t index = 0; index < seeds.size(); ++index) {
            const auto written =
                suture::replace_file(folder / fmt::format("seed-{}", index), seeds[index]);
            if (!written) {
                fmt::print(stderr, "fuzz-seeds: cannot write into {}\n", folder.native());
                return 1;
            }
        }
    }
    return 0;
}
