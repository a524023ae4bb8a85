#pragma once

#include <tessera/primitives/error.h>
#include <tessera/runtime/tool/exit_code.h>

#include <string>
#include <string_view>
#include <vector>

/// What a person sees: data on the standard output, talk on the standard error stream; colours and
/// motion on a terminal only, and never with `NO_COLOR`.
namespace tessera::tool {

enum class Style { plain, bold, dim, good, bad, accent };

/// True if the standard error stream is a terminal that may be animated.
[[nodiscard]] bool talks_to_terminal();

/// `text` in `style`, if talk may be coloured.
[[nodiscard]] std::string styled(Style style, std::string_view text);

/// A line of talk.
void say(std::string_view line);
/// A line of data.
void print(std::string_view line);
/// Says what went wrong; the exit code that goes with it.
[[nodiscard]] ExitCode complain(const Error& error);

/// `text` cut to `columns` of the terminal; escape sequences take none.
[[nodiscard]] std::string clipped(std::string_view text, std::size_t columns);

/// Replaces the animated lines at the bottom of the terminal by `lines`, each cut to its width;
/// without a terminal it does nothing. `settle` leaves them where they are, `clear` removes them.
class LiveLines {
 public:
  LiveLines() = default;
  ~LiveLines() { settle(); }
  LiveLines(const LiveLines&) = delete;
  LiveLines& operator=(const LiveLines&) = delete;

  void show(const std::vector<std::string>& lines);
  void settle();
  void clear();

 private:
  std::size_t shown_ = 0;
};

/// A bar of `width` characters, `done` of `total` full.
struct Share {
  std::uint64_t done = 0;
  std::uint64_t total = 0;
};
[[nodiscard]] std::string bar(Share share, std::size_t width);

/// Columns of text, aligned, the first row as heading.
[[nodiscard]] std::string table(const std::vector<std::vector<std::string>>& rows);

/// "1.5 MB", "12 kB".
[[nodiscard]] std::string bytes_text(double bytes);

}  // namespace tessera::tool
