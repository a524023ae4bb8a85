#include <tessera/primitives/log_sink.h>

#include <cstdio>

namespace tessera {

std::string_view name_of(LogLevel level) {
  switch (level) {
    case LogLevel::debug:
      return "debug";
    case LogLevel::info:
      return "info";
    case LogLevel::warning:
      return "warning";
    case LogLevel::error:
      return "error";
  }
  return "unknown";
}

LogSink standard_error_log() {
  return [](const LogRecord& record) {
    if (record.level < LogLevel::warning) return;
    const std::string line = "tessera: " + std::string(name_of(record.level)) + ": " +
                             record.component + ": " + record.message + "\n";
    std::fputs(line.c_str(), stderr);
  };
}

}  // namespace tessera
