#include "libklp/testing/fake_tables.h"

namespace suture::testing {

namespace {

// As kernel/include/linux/livepatch.h lays them out.
constexpr uint64_t patch_size = 200, object_size = 168, func_size = 152;
constexpr uint64_t code_size = 16; // of each replacement

class Tables {
  public:
    Tables(const FakeModule &module, unsigned first, unsigned this_module)
        : module_(module), first_(first), this_module_(this_module) {}

    std::vector<FakeSection> build();

  private:
    // In this order.
    enum Part : unsigned { text, strings, data, zeros, symbols, symbol_names, relocations };

    std::string number(uint64_t value, size_t size) const;
    unsigned add_symbol(const std::string &name, unsigned char info, unsigned section,
                        uint64_t value, uint64_t size);
    void point(uint64_t from, unsigned symbol, uint64_t addend);
    static uint64_t grow(std::string &bytes, uint64_t size);
    uint64_t add_string(const std::string &string);
    void add_object(uint64_t place, const FakeObject &object);
    void add_function(uint64_t place, const FakeFunction &function);

    const FakeModule &module_;
    unsigned first_;
    unsigned this_module_;
    std::string text_, strings_, data_, zeros_, symbols_ = std::string(24, '\0'), relocations_;
    std::string symbol_names_ = std::string(1, '\0');
};

std::string Tables::number(uint64_t value, size_t size) const {
    std::string bytes;
    for (size_t index = 0; index < size; ++index) {
        const size_t shift = module_.byte_order == ELFDATA2MSB ? size - 1 - index : index;
        bytes += static_cast<char>(value >> 8 * shift);
    }
    return bytes;
}

unsigned Tables::add_symbol(const std::string &name, unsigned char info, unsigned section,
                            uint64_t value, uint64_t size) {
    const auto index = static_cast<unsigned>(symbols_.size() / sizeof(Elf64_Sym));
    symbols_ += number(symbol_names_.size(), 4) + number(info, 1) + number(0, 1) +
                number(section, 2) + number(value, 8) + number(size, 8);
    symbol_names_ += name + '\0';
    return index;
}

void Tables::point(uint64_t from, unsigned symbol, uint64_t addend) {
    const unsigned type = module_.machine == EM_S390    ? R_390_64
                          : module_.machine == EM_PPC64 ? R_PPC64_ADDR64
                                                        : R_X86_64_64;
    relocations_ +=
        number(from, 8) + number(ELF64_R_INFO(uint64_t(symbol), type), 8) + number(addend, 8);
}

uint64_t Tables::grow(std::string &bytes, uint64_t size) {
    const uint64_t place = bytes.size();
    bytes.append(size, '\0');
    return place;
}

uint64_t Tables::add_string(const std::string &string) {
    const uint64_t place = strings_.size();
    strings_ += string + '\0';
    return place;
}

// The symbols of the sections come first, and are numbered as these parts are, from 1.
void Tables::add_object(uint64_t place, const FakeObject &object) {
    if (!object.name.empty())
        point(place, strings + 1, add_string(object.name));
    // What is all zeros a compiler puts into .bss.
    const Part part = object.functions.empty() ? zeros : data;
    const uint64_t size = func_size * (object.functions.size() + 1);
    const uint64_t functions = grow(part == data ? data_ : zeros_, size);
    add_symbol("functions", ELF64_ST_INFO(STB_LOCAL, STT_OBJECT), first_ + part, functions, size);
    point(place + 8, part + 1, functions);
    for (size_t index = 0; index < object.functions.size(); ++index)
        add_function(functions + index * func_size, object.functions[index]);
}

void Tables::add_function(uint64_t place, const FakeFunction &function) {
    const uint64_t code = text_.size();
    text_.append(code_size, '\0');
    add_symbol(function.replacement, ELF64_ST_INFO(STB_LOCAL, STT_FUNC), first_ + text, code,
               code_size);
    if (!function.name.empty())
        point(place, strings + 1, add_string(function.name));
    point(place + 8, text + 1, code);
    data_.replace(place + 16, 8, number(function.sympos, 8));
}

std::vector<FakeSection> Tables::build() {
    for (const Part part : {text, strings, data, zeros})
        add_symbol("", ELF64_ST_INFO(STB_LOCAL, STT_SECTION), first_ + part, 0, 0);
    const unsigned itself =
        add_symbol("__this_module", ELF64_ST_INFO(STB_GLOBAL, STT_OBJECT), this_module_, 0, 64);
    const uint64_t patch = grow(data_, patch_size);
    const uint64_t objects = grow(data_, object_size * (module_.objects.size() + 1));
    point(patch, itself, 0);
    point(patch + 8, data + 1, objects);
    for (size_t index = 0; index < module_.objects.size(); ++index)
        add_object(objects + index * object_size, module_.objects[index]);
    return {{".text", text_, SHT_PROGBITS, SHF_ALLOC | SHF_EXECINSTR},
            {".rodata.str1.1", strings_, SHT_PROGBITS, SHF_ALLOC},
            {".data", data_, SHT_PROGBITS, SHF_ALLOC | SHF_WRITE},
            {".bss", zeros_, SHT_NOBITS, SHF_ALLOC | SHF_WRITE},
            {".symtab", symbols_, SHT_SYMTAB, 0, first_ + symbol_names, 1},
            {".strtab", symbol_names_, SHT_STRTAB},
            {".rela.data", relocations_, SHT_RELA, SHF_INFO_LINK, first_ + symbols, first_ + data}};
}

} // namespace

std::vector<FakeSection> fake_tables(const FakeModule &module, unsigned first,
                                     unsigned this_module) {
    return Tables(module, first, this_module).build();
}

} // namespace suture::testing
