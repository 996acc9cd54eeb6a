#include "libklp/kernel_functions.h"

#include "libklp/sysfs.h"
#include "libklp/text.h"

namespace suture {

namespace {

using std::string_view;

// Of distributions' kernels they are some ten megabytes.
constexpr size_t functions_limit = size_t(256) << 20;

// "ext4" of "[ext4]", which follows the name of a module's function.
string_view object_of(string_view module) {
    if (!module.starts_with('[') || !module.ends_with(']'))
        return "vmlinux";
    return module.substr(1, module.size() - 2);
}

bool is_wanted(const Names &names, string_view name) {
    return names.find(name) != names.end() ||
           names.find(name.substr(0, name.find('.'))) != names.end();
}

// Lines of NAME or NAME [MODULE], behind so many words of no interest.
Result<KernelFunctions> read_list(const std::filesystem::path &path, int words,
                                  const Names &names) {
    const Result<std::string> text = read_text(path, functions_limit);
    if (!text)
        return fail(text.error());
    KernelFunctions functions;
    for (string_view rest = *text; !rest.empty();) {
        string_view line = take(rest, '\n');
        for (int word = 0; word < words; ++word)
            take_word(line);
        // kallsyms has a tab before the module, tracefs a blank.
        const string_view name = line.substr(0, line.find_first_of("\t "));
        if (!is_wanted(names, name))
            continue;
        line.remove_prefix(std::min(name.size() + 1, line.size()));
        functions.add(object_of(line), name);
    }
    return functions;
}

} // namespace

void KernelFunctions::add(string_view object, string_view name) {
    ++counts_[{std::string(object), std::string(name)}];
}

unsigned KernelFunctions::count(const std::string &object, const std::string &name) const {
    const auto found = counts_.find({object, name});
    return found == counts_.end() ? 0 : found->second;
}

std::vector<std::string> KernelFunctions::variants(const std::string &object,
                                                   const std::string &name) const {
    std::vector<std::string> variants;
    const std::string start = name + ".";
    for (auto entry = counts_.lower_bound({object, start});
         entry != counts_.end() && entry->first.first == object &&
         entry->first.second.starts_with(start);
         ++entry)
        variants.push_back(entry->first.second);
    return variants;
}

Result<KernelFunctions> read_symbols(const Environment &environment, const Names &names) {
    // "ffffffff81000000 T do_it"
    return read_list(environment.roots.proc / "kallsyms", 2, names);
}

Result<KernelFunctions> read_traceable(const Environment &environment, const Names &names) {
    return read_list(environment.roots.sys / "kernel/tracing/available_filter_functions", 0, names);
}

} // namespace suture
