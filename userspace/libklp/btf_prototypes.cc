#include "libklp/btf_prototypes.h"

#include "libklp/file.h"

#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <fmt/format.h>
#include <memory>
#include <sys/mman.h>

namespace suture {

namespace {

using std::string_view;

// Of types that lead to types. More is damage, or a circle.
constexpr int deepest_type = 32;

const char *text_at(const btf *btf, unsigned offset) {
    const char *text = btf__str_by_offset(btf, offset);
    return text == nullptr ? "" : text;
}

const char *name_in_btf(const btf *btf, const btf_type *type) {
    return text_at(btf, type->name_off);
}

Type type_of(const btf *btf, unsigned id, int depth = 0);

Type type_with_name(const btf *btf, const btf_type *type, int depth) {
    const Type target = type_of(btf, type->type, depth);
    const btf_type *named = btf__type_by_id(btf, type->type);
    const bool nameless = named != nullptr && *name_in_btf(btf, named) == '\0' &&
                          (btf_is_composite(named) || btf_is_any_enum(named));
    return nameless ? named_type(target, name_in_btf(btf, type)) : target;
}

Type type_of(const btf *btf, unsigned id, int depth) {
    const btf_type *type = id == 0 ? nullptr : btf__type_by_id(btf, id);
    if (type == nullptr || ++depth > deepest_type)
        return void_type();
    const char *name = name_in_btf(btf, type);
    switch (btf_kind(type)) {
    case BTF_KIND_INT:
        return integer_type(name, type->size);
    case BTF_KIND_FLOAT:
        return float_type(name, type->size);
    case BTF_KIND_ENUM:
    case BTF_KIND_ENUM64:
        return enum_type(name, type->size);
    case BTF_KIND_STRUCT:
        return aggregate_type("struct", name, type->size);
    case BTF_KIND_UNION:
        return aggregate_type("union", name, type->size);
    case BTF_KIND_FWD:
        return aggregate_type(btf_kflag(type) ? "union" : "struct", name, 0);
    case BTF_KIND_PTR:
        return pointer_type(type_of(btf, type->type, depth));
    case BTF_KIND_ARRAY:
        return array_type(type_of(btf, btf_array(type)->type, depth));
    case BTF_KIND_FUNC_PROTO:
        return function_type();
    case BTF_KIND_TYPEDEF:
        return type_with_name(btf, type, depth);
    case BTF_KIND_CONST:
    case BTF_KIND_VOLATILE:
    case BTF_KIND_RESTRICT:
    case BTF_KIND_TYPE_TAG:
        return type_of(btf, type->type, depth);
    default:
        return void_type();
    }
}

Prototype prototype_of(const btf *btf, const btf_type *type) {
    Prototype prototype{.result = type_of(btf, type->type), .parameters = {}};
    for (int index = 0; index < btf_vlen(type); ++index) {
        const btf_param &parameter = btf_params(type)[index];
        if (parameter.type == 0)
            prototype.variadic = true;
        else
            prototype.parameters.push_back(
                {.name = text_at(btf, parameter.name_off), .type = type_of(btf, parameter.type)});
    }
    return prototype;
}

// Types begin where the header ends, and libbpf takes a header of any length.
bool is_aligned(const btf *btf) {
    unsigned size = 0;
    const auto *header = static_cast<const btf_header *>(btf__raw_data(btf, &size));
    return header != nullptr && header->hdr_len % alignof(btf_type) == 0;
}

} // namespace

BtfPrototypes::BtfPrototypes(btf *owned, const BtfPrototypes *base) : btf_(owned, btf__free) {
    const unsigned first = base == nullptr ? 1 : btf__type_cnt(base->btf_.get());
    for (unsigned id = first; id < btf__type_cnt(owned); ++id) {
        const btf_type *type = btf__type_by_id(owned, id);
        if (!btf_is_func(type))
            continue;
        const auto [entry, is_new] = functions_.emplace(name_in_btf(owned, type), id);
        if (!is_new)
            entry->second = 0;
    }
}

std::optional<BtfPrototypes> BtfPrototypes::read(const std::filesystem::path &path,
                                                 const BtfPrototypes *base) {
    libbpf_set_print(nullptr);
    std::unique_ptr<btf, decltype(&btf__free)> read(
        btf__parse_raw_split(path.c_str(), base == nullptr ? nullptr : base->btf_.get()),
        btf__free);
    if (read == nullptr || !is_aligned(read.get()))
        return std::nullopt;
    return BtfPrototypes(read.release(), base);
}

// libbpf 1.1 exports nothing that would take split BTF from memory but a file in memory.
std::optional<BtfPrototypes> BtfPrototypes::parse(string_view bytes, const BtfPrototypes *base) {
    const int descriptor = memfd_create("btf", MFD_CLOEXEC);
    if (descriptor < 0)
        return std::nullopt;
    const File file = File::own(descriptor);
    if (!file.write(bytes))
        return std::nullopt;
    return read(fmt::format("/proc/self/fd/{}", descriptor), base);
}

std::optional<Prototype> BtfPrototypes::find(const std::string &function) const {
    const auto found = functions_.find(function);
    if (found == functions_.end() || found->second == 0)
        return std::nullopt;
    const btf_type *type = btf__type_by_id(btf_.get(), found->second);
    const btf_type *prototype = btf__type_by_id(btf_.get(), type->type);
    if (prototype == nullptr || !btf_is_func_proto(prototype))
        return std::nullopt;
    return prototype_of(btf_.get(), prototype);
}

} // namespace suture
