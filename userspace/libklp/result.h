// Result<T>: a value, or the Error that says why there is none.

#pragma once

#include "libklp/error.h"

#include <tl/expected.hpp>
#include <utility>

namespace suture {

template<typename T>
using Result = tl::expected<T, Error>;

inline tl::unexpected<Error> fail(Error error) {
    return tl::unexpected<Error>(std::move(error));
}

} // namespace suture
