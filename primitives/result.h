#pragma once

#include <tessera/primitives/error.h>

#include <tl/expected.hpp>

#include <utility>

/// Expected failures as values. The one place that names the expected type in use, so that
/// `std::expected` replaces it by one edit.
namespace tessera {

template <class T>
class [[nodiscard]] Result : public tl::expected<T, Error> {
 public:
  using Base = tl::expected<T, Error>;
  using Base::Base;
  Result(Error error) : Base(tl::unexpected<Error>(std::move(error))) {}
  Result(Errc code, std::string message) : Result(Error(code, std::move(message))) {}
};

}  // namespace tessera
