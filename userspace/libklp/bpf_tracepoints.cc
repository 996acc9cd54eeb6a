#include "libklp/bpf_tracepoints.h"

#include <algorithm>
#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <cctype>
#include <fmt/format.h>
#include <memory>
#include <optional>
#include <string_view>

namespace suture {

namespace {

using std::string_view;
using Btf = std::unique_ptr<btf, decltype(&btf__free)>;

constexpr string_view prefix = "btf_trace_";
constexpr string_view means_prefix = "MEANS_";
constexpr unsigned bits = 8; // of a byte

Error no_btf(const std::filesystem::path &path, const char *whose) {
    return {.code = ErrorCode::not_found,
            .action = "read",
            .subject = path,
            .why = fmt::format("{} has no BTF", whose)};
}

Error unknown(const std::string &why) {
    return {.code = ErrorCode::refused, .action = "use the BTF of Suture", .why = why};
}

Btf read(const std::filesystem::path &path, btf *base) {
    libbpf_set_print(nullptr);
    return {btf__parse_raw_split(path.c_str(), base), btf__free};
}

string_view type_name(const btf *btf, const btf_type *type) {
    const char *name = btf__name_by_offset(btf, type->name_off);
    return name == nullptr ? "" : name;
}

// Behind typedefs, const and the like.
const btf_type *resolved(const btf *btf, unsigned id) {
    const int target = btf__resolve_type(btf, id);
    return target < 0 ? nullptr : btf__type_by_id(btf, static_cast<unsigned>(target));
}

// What a pointer leads to, or nothing.
const btf_type *pointed_to(const btf *btf, unsigned id) {
    const btf_type *pointer = resolved(btf, id);
    return pointer == nullptr || !btf_is_ptr(pointer) ? nullptr : resolved(btf, pointer->type);
}

bool is_number(const btf *btf, unsigned id, unsigned size) {
    const btf_type *type = resolved(btf, id);
    return type != nullptr && (btf_is_int(type) || btf_is_any_enum(type)) && type->size == size;
}

bool is_subject(const btf *btf, unsigned id, bool of_task) {
    const btf_type *type = pointed_to(btf, id);
    if (type == nullptr)
        return false;
    return of_task ? btf_is_struct(type) && type_name(btf, type) == "task_struct"
                   : btf_is_int(type) && type->size == 1;
}

// Whether the function that is called at the tracepoint takes what we know, after a pointer of its
// own. More may follow.
bool is_as_known(const btf *btf, const btf_type *type, const BpfTracepoint &tracepoint) {
    constexpr unsigned before = 2; // that pointer, and the subject
    const btf_type *function = pointed_to(btf, type->type);
    if (function == nullptr || !btf_is_func_proto(function) || btf_vlen(function) < before)
        return false;
    const btf_param *parameters = btf_params(function);
    const unsigned count = btf_vlen(function);
    if (!is_subject(btf, parameters[1].type, tracepoint.of_task))
        return false;
    for (unsigned index = 0; index < tracepoint.sizes.size() && tracepoint.sizes[index] > 0;
         ++index) {
        if (before + index >= count ||
            !is_number(btf, parameters[before + index].type, tracepoint.sizes[index]))
            return false;
    }
    return true;
}

// MEANS_ASLEEP is "asleep" in the trace.
std::map<int64_t, std::string> words_of(const btf *btf, const btf_type *type) {
    std::map<int64_t, std::string> words;
    for (int index = 0; index < btf_vlen(type); ++index) {
        const struct btf_enum &value = btf_enum(type)[index];
        const char *name = btf__name_by_offset(btf, value.name_off);
        std::string word = name == nullptr ? "" : name;
        if (!word.starts_with(means_prefix))
            continue;
        word.erase(0, means_prefix.size());
        std::transform(word.begin(), word.end(), word.begin(),
                       [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
        words.emplace(value.val, std::move(word));
    }
    return words;
}

// One of the types that only the module has.
Result<void> take_type(const btf *btf, unsigned id, TracepointTypes &types) {
    const btf_type *type = btf__type_by_id(btf, id);
    const string_view name = type_name(btf, type);
    if (btf_is_enum(type) && name == "means")
        types.means = words_of(btf, type);
    if (!btf_is_typedef(type) || !name.starts_with(prefix))
        return {};
    const string_view event = name.substr(prefix.size());
    const auto *known = std::find_if(tracepoints.begin(), tracepoints.end(),
                                     [&](const BpfTracepoint &each) { return each.name == event; });
    if (known == tracepoints.end())
        return fail(unknown(fmt::format("klp does not know its tracepoint {}", event)));
    if (!is_as_known(btf, type, *known))
        return fail(unknown(fmt::format("its tracepoint {} has other arguments", event)));
    types.ids[static_cast<size_t>(known - tracepoints.begin())] = id;
    return {};
}

Result<void> take_types(const btf *kernel, const btf *module, TracepointTypes &types) {
    for (unsigned id = btf__type_cnt(kernel); id < btf__type_cnt(module); ++id) {
        if (auto taken = take_type(module, id, types); !taken)
            return taken;
    }
    for (size_t index = 0; index < types.ids.size(); ++index) {
        if (types.ids[index] == 0)
            return fail(unknown(fmt::format("it has no tracepoint {}", tracepoints[index].name)));
    }
    return types.means.empty() ? fail(unknown("it has no enum means")) : Result<void>();
}

// The member of that name; nothing if it is no whole number of bytes away.
const btf_member *find_member(const btf *btf, const btf_type *type, string_view wanted,
                              unsigned &offset) {
    for (unsigned index = 0; index < btf_vlen(type); ++index) {
        const btf_member &member = btf_members(type)[index];
        const char *name = btf__name_by_offset(btf, member.name_off);
        const unsigned bit = btf_member_bit_offset(type, index);
        if (name == nullptr || name != wanted || bit % bits != 0)
            continue;
        offset = bit / bits;
        return &member;
    }
    return nullptr;
}

std::optional<TaskLayout> layout_of_task(const btf *kernel) {
    TaskLayout layout;
    const int id = btf__find_by_name_kind(kernel, "task_struct", BTF_KIND_STRUCT);
    if (id < 0)
        return std::nullopt;
    const btf_type *task = btf__type_by_id(kernel, static_cast<unsigned>(id));
    const btf_member *pid = find_member(kernel, task, "pid", layout.pid);
    const btf_member *comm = find_member(kernel, task, "comm", layout.comm);
    if (pid == nullptr || comm == nullptr || !is_number(kernel, pid->type, sizeof(BpfRecord::pid)))
        return std::nullopt;
    const int64_t size = btf__resolve_size(kernel, comm->type);
    if (size <= 0 || size > static_cast<int64_t>(sizeof(BpfRecord::text)))
        return std::nullopt;
    layout.comm_size = static_cast<unsigned>(size);
    return layout;
}

} // namespace

Result<TracepointTypes> read_tracepoint_types(const Roots &roots) {
    const std::filesystem::path folder = roots.sys / "kernel/btf";
    const Btf kernel = read(folder / "vmlinux", nullptr);
    if (kernel == nullptr)
        return fail(no_btf(folder / "vmlinux", "the kernel"));
    const Btf module = read(folder / "suture", kernel.get());
    if (module == nullptr)
        return fail(no_btf(folder / "suture", "Suture"));
    TracepointTypes types;
    if (const auto taken = take_types(kernel.get(), module.get(), types); !taken)
        return fail(taken.error());
    const std::optional<TaskLayout> task = layout_of_task(kernel.get());
    if (!task)
        return fail({.code = ErrorCode::refused,
                     .action = "use the kernel's BTF",
                     .why = "its task_struct is not as klp knows it"});
    types.task = *task;
    return types;
}

} // namespace suture
