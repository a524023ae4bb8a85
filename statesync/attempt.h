#pragma once

#include <exception>
#include <optional>
#include <string>
#include <utility>

/// The edge between the library and code of its users that may throw.
///
/// Pure; callable from anywhere.
namespace tessera::statesync {

/// What the exception being handled says of itself. Only inside a handler.
[[nodiscard]] std::string current_exception_text();

/// Calls `action`; the text of what it threw, or nothing.
template <class Action>
[[nodiscard]] std::optional<std::string> attempt(Action&& action) {
  try {
    std::forward<Action>(action)();
    return std::nullopt;
  } catch (...) {
    return current_exception_text();
  }
}

}  // namespace tessera::statesync
