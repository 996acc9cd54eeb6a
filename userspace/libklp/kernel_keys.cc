#include "libklp/kernel_keys.h"

#include "libklp/sysfs.h"
#include "libklp/text.h"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <optional>

namespace suture {

namespace {

using std::string_view;

constexpr size_t keys_limit = size_t(1) << 20;

struct Key {
    int serial = 0;
    string_view type; // cut off
    string_view description;
};

// A line has an identifier, flags, uses, expiry, permissions, user, group, type and description.
Key parse_key(string_view line) {
    constexpr int fields_between = 6;
    Key key;
    const string_view serial = take_word(line);
    std::from_chars(serial.data(), serial.data() + serial.size(), key.serial, 16);
    for (int field = 0; field < fields_between; ++field)
        take_word(line);
    key.type = take_word(line);
    line.remove_prefix(std::min(line.find_first_not_of(' '), line.size()));
    key.description = line;
    return key;
}

std::string key_list(const Environment &environment) {
    return read_text(environment.roots.proc / "keys", keys_limit).value_or("");
}

// Nothing where it is not listed.
std::optional<int> find_ring(string_view list, string_view name) {
    while (!list.empty()) {
        const Key key = parse_key(take(list, '\n'));
        if (key.type == "keyring" && key.description.substr(0, key.description.find(": ")) == name)
            return key.serial;
    }
    return std::nullopt;
}

// Whether a key of the ring has that very id. Nobody but the kernel may find these keys, but a
// search tells of them: keyring_search_iterator() asks for the permission only of one that matches,
// and then the answer is EACCES; where none does, it is ENOKEY. A ring that may not be searched at
// all answers EACCES for everything, and so for an id that no key has.
std::optional<bool> has_key(const Environment &environment, int ring, const std::string &id) {
    constexpr const char *nobodys_id = "00";
    const auto search = [&](const std::string &wanted) {
        return environment.find_key(ring, "ex:" + wanted);
    };
    if (search(nobodys_id) == -EACCES)
        return std::nullopt;
    const int answer = search(id);
    if (answer >= 0 || answer == -EACCES)
        return true;
    return answer == -ENOKEY ? std::optional(false) : std::nullopt;
}

} // namespace

std::vector<std::string> parse_keys(string_view text) {
    std::vector<std::string> names;
    while (!text.empty()) {
        const Key key = parse_key(take(text, '\n'));
        if (key.type != "asymmetri")
            continue;
        // What identifies it, and its algorithm, come behind the name.
        const string_view name = key.description.substr(0, key.description.find(": "));
        if (!name.empty() && std::find(names.begin(), names.end(), name) == names.end())
            names.emplace_back(name);
    }
    return names;
}

std::vector<std::string> read_keys(const Environment &environment) {
    return parse_keys(key_list(environment));
}

// Modules are checked with .secondary_trusted_keys, which has links to the other two, or with the
// first alone in a kernel without it: certs/system_keyring.c. One that cannot be searched would be
// passed over in the ring above it, so each is asked by itself.
KeyPlace place_of_key(const Environment &environment, const std::string &id) {
    const std::string list = key_list(environment);
    bool all_told = find_ring(list, ".builtin_trusted_keys").has_value();
    const auto is_in = [&](string_view name) {
        const std::optional<int> ring = find_ring(list, name);
        const std::optional<bool> has = ring ? has_key(environment, *ring, id) : false;
        all_told = all_told && has.has_value();
        return has.value_or(false);
    };
    for (const string_view name :
         {".builtin_trusted_keys", ".secondary_trusted_keys", ".machine"}) {
        if (is_in(name))
            return KeyPlace::trusted;
    }
    if (is_in(".platform"))
        return KeyPlace::platform;
    return all_told ? KeyPlace::nowhere : KeyPlace::unknown;
}

} // namespace suture
