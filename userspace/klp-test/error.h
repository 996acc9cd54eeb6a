// What went wrong, as a value: every fallible function of the harness returns a Result.
#pragma once

#include <string>
#include <tl/expected.hpp>
#include <utility>

namespace suture::harness {

// The message says what failed, on what, why, and what to do next.
struct Error {
    std::string message;
};

template<typename T>
using Result = tl::expected<T, Error>;

inline tl::unexpected<Error> fail(std::string message) {
    return tl::unexpected<Error>(Error{std::move(message)});
}

} // namespace suture::harness
