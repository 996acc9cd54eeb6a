// How JSON has what may not be known: as null.

#pragma once

#include <nlohmann/json.hpp>

#include <optional>
#include <string>

namespace suture {

template<typename T>
nlohmann::ordered_json or_null(const std::optional<T> &value) {
    return value ? nlohmann::ordered_json(*value) : nlohmann::ordered_json(nullptr);
}

inline nlohmann::ordered_json or_null(const std::string &value) {
    return value.empty() ? nlohmann::ordered_json(nullptr) : nlohmann::ordered_json(value);
}

} // namespace suture
