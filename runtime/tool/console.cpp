#include <tessera/runtime/tool/console.h>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <sys/ioctl.h>
#include <unistd.h>

namespace tessera::tool {
namespace {

/// True unless the variable is absent or, as no-color.org has it, empty.
bool is_set(const char* variable) {
  const char* value = std::getenv(variable);
  return value != nullptr && *value != '\0';
}

bool colours() {
  static const bool allowed = isatty(STDERR_FILENO) == 1 && !is_set("NO_COLOR") && is_set("TERM") &&
                              std::string_view(std::getenv("TERM")) != "dumb";
  return allowed;
}

std::size_t terminal_columns() {
  winsize size{};
  const bool known = ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col != 0;
  return known ? size.ws_col : 80;
}

/// True for a byte that continues a UTF-8 character.
bool continues(char byte) { return (static_cast<unsigned char>(byte) & 0xc0U) == 0x80U; }

std::string_view escape_of(Style style) {
  switch (style) {
    case Style::plain:
      return "";
    case Style::bold:
      return "\x1b[1m";
    case Style::dim:
      return "\x1b[2m";
    case Style::good:
      return "\x1b[32m";
    case Style::bad:
      return "\x1b[31m";
    case Style::accent:
      return "\x1b[36m";
  }
  return "";
}

/// How many columns `text` takes.
std::size_t columns(std::string_view text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char byte) { return !continues(byte); }));
}

}  // namespace

bool talks_to_terminal() { return colours(); }

std::string styled(Style style, std::string_view text) {
  if (!colours() || style == Style::plain) return std::string(text);
  return fmt::format("{}{}\x1b[0m", escape_of(style), text);
}

void say(std::string_view line) {
  fmt::print(stderr, "{}\n", line);
  std::fflush(stderr);
}

void print(std::string_view line) {
  fmt::print("{}\n", line);
  std::fflush(stdout);
}

ExitCode complain(const Error& error) {
  say(fmt::format("{} {}", styled(Style::bad, "error:"), error.message()));
  return exit_code_of(error);
}

void LiveLines::show(const std::vector<std::string>& lines) {
  if (!colours()) return;
  if (shown_ != 0) fmt::print(stderr, "\x1b[{}A", shown_);
  const std::size_t width = terminal_columns();
  for (const std::string& line : lines) {
    fmt::print(stderr, "\x1b[2K{}\n", clipped(line, width - 1));
  }
  // There may have been more of them before.
  fmt::print(stderr, "\x1b[J");
  std::fflush(stderr);
  shown_ = lines.size();
}

void LiveLines::clear() {
  if (shown_ != 0) fmt::print(stderr, "\x1b[{}A\x1b[J", shown_);
  std::fflush(stderr);
  shown_ = 0;
}

void LiveLines::settle() { shown_ = 0; }

std::string clipped(std::string_view text, std::size_t columns) {
  std::string kept;
  std::size_t taken = 0;
  bool escaping = false;
  for (const char c : text) {
    // Escape sequences are kept, those behind the cut as well: they end the colour.
    if (c == '\x1b') escaping = true;
    if (!escaping && !continues(c)) ++taken;
    if (escaping || taken <= columns) kept += c;
    if (escaping && c == 'm') escaping = false;
  }
  return kept;
}

std::string bar(Share share, std::size_t width) {
  const double part =
      share.total == 0
          ? 0.0
          : std::min(1.0, static_cast<double>(share.done) / static_cast<double>(share.total));
  const auto full = static_cast<std::size_t>(part * static_cast<double>(width));
  std::string text;
  for (std::size_t at = 0; at < width; ++at) text += at < full ? "█" : "░";
  return text;
}

std::string table(const std::vector<std::vector<std::string>>& rows) {
  std::vector<std::size_t> widths;
  for (const auto& row : rows) {
    widths.resize(std::max(widths.size(), row.size()));
    for (std::size_t at = 0; at < row.size(); ++at) {
      widths[at] = std::max(widths[at], columns(row[at]));
    }
  }
  std::string text;
  for (const auto& row : rows) {
    if (!text.empty()) text += '\n';
    for (std::size_t at = 0; at < row.size(); ++at) {
      text += row[at];
      if (at + 1 < row.size()) text += std::string(widths[at] - columns(row[at]) + 2, ' ');
    }
  }
  return text;
}

std::string bytes_text(double bytes) {
  static constexpr std::array<std::string_view, 5> units = {"B", "kB", "MB", "GB", "TB"};
  std::size_t unit = 0;
  while (bytes >= 1000.0 && unit + 1 < units.size()) {
    bytes /= 1000.0;
    ++unit;
  }
  return unit == 0 ? fmt::format("{:.0f} B", bytes) : fmt::format("{:.1f} {}", bytes, units[unit]);
}

}  // namespace tessera::tool
