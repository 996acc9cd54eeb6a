#include "record_fields.h"

#include <charconv>
#include <fmt/format.h>
#include <sstream>
#include <utility>

namespace suture::harness {

std::vector<std::string> words_of(const std::string &value) {
    std::vector<std::string> words;
    std::istringstream stream(value);
    for (std::string word; std::getline(stream, word, ',');) {
        words.push_back(word);
    }
    return words;
}

RecordFields::RecordFields(const std::string &text, std::string name) : name_(std::move(name)) {
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
        auto equals = line.find('=');
        if (!line.empty() && line[0] != '#' && equals != std::string::npos) {
            values_[line.substr(0, equals)] = line.substr(equals + 1);
        }
    }
}

void RecordFields::text(const char *key, std::string &value) {
    auto found = values_.find(key);
    if (found == values_.end() || found->second.empty()) {
        complain(fmt::format("{} is missing", key));
        return;
    }
    value = found->second;
}

void RecordFields::list(const char *key, std::vector<std::string> &value) {
    std::string words;
    text(key, words);
    if (!words.empty()) {
        value = words_of(words);
    }
}

void RecordFields::positive(const char *key, int &value) {
    std::string digits;
    text(key, digits);
    int number = 0;
    auto end = digits.data() + digits.size();
    auto [stop, problem] = std::from_chars(digits.data(), end, number);
    if (problem == std::errc() && stop == end && number > 0) {
        value = number;
    } else if (!digits.empty()) {
        complain(fmt::format("{}={} is not a positive number", key, digits));
    }
}

void RecordFields::complain(const std::string &what) {
    if (problem_.empty()) {
        problem_ = fmt::format("{}: {}", name_, what);
    }
}

} // namespace suture::harness
