#include "libklp/dwarf_prototypes.h"

#include <algorithm>
#include <dwarf.h>
#include <elfutils/libdw.h>
#include <elfutils/libdwfl.h>
#include <memory>
#include <optional>

namespace suture {

namespace {

// Of types that lead to types. More is damage, or a circle.
constexpr int deepest_die = 32;

using Session = std::unique_ptr<Dwfl, decltype(&dwfl_end)>;

std::string name_of_die(Dwarf_Die *die) {
    const char *name = dwarf_diename(die);
    return name == nullptr ? "" : name;
}

std::optional<Dwarf_Die> type_die(Dwarf_Die *die) {
    Dwarf_Attribute attribute;
    Dwarf_Die type;
    if (dwarf_attr_integrate(die, DW_AT_type, &attribute) == nullptr ||
        dwarf_formref_die(&attribute, &type) == nullptr)
        return std::nullopt;
    return type;
}

uint64_t size_of(Dwarf_Die *die) {
    return static_cast<uint64_t>(std::max(dwarf_bytesize(die), 0));
}

Type base_type(Dwarf_Die *die) {
    Dwarf_Attribute attribute;
    Dwarf_Word encoding = 0;
    (void)dwarf_formudata(dwarf_attr(die, DW_AT_encoding, &attribute), &encoding);
    return encoding == DW_ATE_float ? float_type(name_of_die(die), size_of(die))
                                    : integer_type(name_of_die(die), size_of(die));
}

bool may_be_nameless(int tag) {
    return tag == DW_TAG_structure_type || tag == DW_TAG_union_type ||
           tag == DW_TAG_enumeration_type;
}

// The type that a DIE says it has, or leads to.
Type type_of(Dwarf_Die *user, int depth = 0) {
    std::optional<Dwarf_Die> die = type_die(user);
    if (!die || ++depth > deepest_die)
        return void_type();
    switch (dwarf_tag(&*die)) {
    case DW_TAG_base_type:
        return base_type(&*die);
    case DW_TAG_enumeration_type:
        return enum_type(name_of_die(&*die), size_of(&*die));
    case DW_TAG_structure_type:
    case DW_TAG_class_type:
        return aggregate_type("struct", name_of_die(&*die), size_of(&*die));
    case DW_TAG_union_type:
        return aggregate_type("union", name_of_die(&*die), size_of(&*die));
    case DW_TAG_pointer_type:
        return pointer_type(type_of(&*die, depth));
    case DW_TAG_array_type:
        return array_type(type_of(&*die, depth));
    case DW_TAG_subroutine_type:
        return function_type();
    case DW_TAG_typedef: {
        std::optional<Dwarf_Die> named = type_die(&*die);
        const Type type = type_of(&*die, depth);
        const bool nameless =
            named && may_be_nameless(dwarf_tag(&*named)) && name_of_die(&*named).empty();
        return nameless ? named_type(type, name_of_die(&*die)) : type;
    }
    default: // const, volatile, restrict, _Atomic
        return type_of(&*die, depth);
    }
}

Prototype prototype_of(Dwarf_Die *function) {
    Prototype prototype{.result = type_of(function), .parameters = {}};
    Dwarf_Die child;
    for (int left = dwarf_child(function, &child); left == 0;
         left = dwarf_siblingof(&child, &child)) {
        if (dwarf_tag(&child) == DW_TAG_unspecified_parameters)
            prototype.variadic = true;
        if (dwarf_tag(&child) == DW_TAG_formal_parameter)
            prototype.parameters.push_back({.name = name_of_die(&child), .type = type_of(&child)});
    }
    return prototype;
}

// Where a function was optimised, its parts refer to one that has all that the source says.
bool is_function(Dwarf_Die *die) {
    return dwarf_tag(die) == DW_TAG_subprogram && dwarf_hasattr(die, DW_AT_declaration) == 0 &&
           dwarf_hasattr(die, DW_AT_abstract_origin) == 0;
}

int find_no_debuginfo(Dwfl_Module *, void **, const char *, Dwarf_Addr, const char *, const char *,
                      GElf_Word, char **) {
    return -1;
}

// Nowhere else is looked for debug information, and nobody asked for it.
Dwarf *open_dwarf(Dwfl *session, std::string &image) {
    dwfl_report_begin(session);
    Dwfl_Module *module =
        dwfl_report_offline_memory(session, "patch", "patch", image.data(), image.size());
    Dwarf_Addr bias = 0;
    if (dwfl_report_end(session, nullptr, nullptr) != 0 || module == nullptr)
        return nullptr;
    return dwfl_module_getdwarf(module, &bias);
}

} // namespace

std::map<std::string, std::vector<Prototype>> dwarf_prototypes(std::string image,
                                                               const Names &functions) {
    static const Dwfl_Callbacks callbacks = {.find_elf = dwfl_build_id_find_elf,
                                             .find_debuginfo = find_no_debuginfo,
                                             .section_address = dwfl_offline_section_address,
                                             .debuginfo_path = nullptr};
    std::map<std::string, std::vector<Prototype>> found;
    const Session session(dwfl_begin(&callbacks), dwfl_end);
    Dwarf *dwarf = session ? open_dwarf(session.get(), image) : nullptr;
    Dwarf_CU *unit = nullptr;
    Dwarf_Die top;
    while (dwarf != nullptr &&
           dwarf_get_units(dwarf, unit, &unit, nullptr, nullptr, &top, nullptr) == 0) {
        Dwarf_Die die;
        for (int left = dwarf_child(&top, &die); left == 0; left = dwarf_siblingof(&die, &die)) {
            const std::string name = is_function(&die) ? name_of_die(&die) : "";
            if (functions.count(name) != 0)
                found[name].push_back(prototype_of(&die));
        }
    }
    return found;
}

} // namespace suture
