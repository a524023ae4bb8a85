#pragma once

#include <tessera/primitives/error.h>

#include <exception>
#include <utility>

/// How a reader or writer stops the archive that drives it.
namespace tessera::codec {

/// Thrown inside the codec only: cereal's functions return nothing, so an exception is the one way
/// out of them. `encode` and `decode` turn it into a `Result`.
class Failure final : public std::exception {
 public:
  explicit Failure(Error error) : error_(std::move(error)) {}

  [[nodiscard]] const Error& error() const { return error_; }
  const char* what() const noexcept override { return error_.message().c_str(); }

 private:
  Error error_;
};

}  // namespace tessera::codec
