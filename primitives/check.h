#pragma once

#include <string_view>

/// Assertions that stay on in release builds.
namespace tessera {

/// A place in the source. (clang 14 does not know `std::source_location`.)
struct SourcePlace {
  const char* file;
  unsigned line;
  const char* function;

  /// Where the full expression stands in which this is a default argument.
  [[nodiscard]] static constexpr SourcePlace here(const char* file = __builtin_FILE(),
                                                  unsigned line = __builtin_LINE(),
                                                  const char* function = __builtin_FUNCTION()) {
    return {file, line, function};
  }
};

/// `check(false, ...)` where the compiler must know that control does not continue.
[[noreturn]] void check_failed(std::string_view what, SourcePlace where = SourcePlace::here());

/// Ends the process with `what` and the caller's place when `condition` does not hold.
///
/// For bugs only: a state that no input, however bad, may lead to. What can fail because of the
/// outside world is a `Result`. Callable from any thread.
inline void check(bool condition, std::string_view what, SourcePlace where = SourcePlace::here()) {
  if (!condition) [[unlikely]] {
    check_failed(what, where);
  }
}

}  // namespace tessera
