#include "libklp/testing/fake_btf.h"

#include <bpf/btf.h>
#include <stdexcept>

namespace suture::testing {

namespace {

int require(int id) {
    if (id < 0)
        throw std::runtime_error("libbpf: error " + std::to_string(-id));
    return id;
}

} // namespace

FakeBtf::FakeBtf(const FakeBtf *base)
    : btf_(btf__new_empty_split(base == nullptr ? nullptr : base->btf_.get()), btf__free) {}

int FakeBtf::integer(const char *name, unsigned size) {
    return require(btf__add_int(btf_.get(), name, size, 0));
}

int FakeBtf::structure(const char *name, unsigned size) {
    return require(btf__add_struct(btf_.get(), name, size));
}

void FakeBtf::member(const char *name, int type, unsigned offset) {
    constexpr unsigned bits = 8;
    require(btf__add_field(btf_.get(), name, type, offset * bits, 0));
}

int FakeBtf::array(int element, int index, unsigned count) {
    return require(btf__add_array(btf_.get(), index, element, count));
}

int FakeBtf::enumeration(const char *name,
                         const std::vector<std::pair<const char *, int>> &values) {
    const int id = require(btf__add_enum(btf_.get(), name, sizeof(int)));
    for (const auto &[word, value] : values)
        require(btf__add_enum_value(btf_.get(), word, value));
    return id;
}

int FakeBtf::pointer(int target) {
    return require(btf__add_ptr(btf_.get(), target));
}

int FakeBtf::constant(int target) {
    return require(btf__add_const(btf_.get(), target));
}

int FakeBtf::type_definition(const char *name, int target) {
    return require(btf__add_typedef(btf_.get(), name, target));
}

int FakeBtf::function(const char *name, int result,
                      const std::vector<std::pair<const char *, int>> &parameters) {
    const int prototype = require(btf__add_func_proto(btf_.get(), result));
    for (const auto &[parameter, type] : parameters)
        require(btf__add_func_param(btf_.get(), parameter, type));
    return require(btf__add_func(btf_.get(), name, BTF_FUNC_STATIC, prototype));
}

int FakeBtf::prototype(int result, const std::vector<int> &parameters) {
    const int id = require(btf__add_func_proto(btf_.get(), result));
    for (const int type : parameters)
        require(btf__add_func_param(btf_.get(), "", type));
    return id;
}

std::string FakeBtf::bytes() const {
    unsigned size = 0;
    const auto *raw = static_cast<const char *>(btf__raw_data(btf_.get(), &size));
    return {raw, size};
}

} // namespace suture::testing
