#pragma once

#include <functional>
#include <string>
#include <string_view>

/// What the library has to say to its operator. The service decides where it goes.
namespace tessera {

enum class LogLevel { debug, info, warning, error };

[[nodiscard]] std::string_view name_of(LogLevel level);

struct LogRecord {
  LogLevel level = LogLevel::info;
  std::string component;  ///< who speaks: "net", "storage", "group 1a2b3c4d5e", ...
  std::string message;    ///< one line: what happened, to what, and what to do
};

/// Called from any of the library's threads, so it must be safe to call concurrently;
/// it must not block for long and must not call back into the library.
using LogSink = std::function<void(const LogRecord&)>;

/// Warnings and errors as lines on the standard error stream.
[[nodiscard]] LogSink standard_error_log();

}  // namespace tessera
