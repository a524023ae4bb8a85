#pragma once

#include <cstddef>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

/// Scenario files: comments, blocks of command lines, a line of dashes behind each block, and what
/// the block is expected to print. Values; parsing is pure.
namespace tessera::scenarios {

/// A file that cannot be played: what is wrong, and where.
class ScriptError : public std::runtime_error {
 public:
  struct Place {
    std::string file;
    std::size_t line = 0;
  };
  ScriptError(const Place& place, const std::string& what)
      : std::runtime_error(place.file + ":" + std::to_string(place.line) + ": " + what) {}
};

/// One line that does something.
struct CommandLine {
  std::size_t line = 0;
  std::vector<std::string> words;  ///< the command first
};

/// Commands with the transcript they share.
struct Block {
  std::vector<std::string> before;  ///< comments and empty lines, as they stand in the file
  std::vector<std::string> text;    ///< the command lines, as they stand in the file
  std::vector<CommandLine> commands;
  std::string expected;  ///< each line with its end
};

struct Script {
  std::string file;
  std::vector<Block> blocks;
  std::vector<std::string> after;  ///< comments and empty lines at the end
};

/// Throws `ScriptError` if `text` is not a scenario.
[[nodiscard]] Script parse_script(std::string file, std::string_view text);
/// The file's text.
[[nodiscard]] std::string compose(const Script& script);

/// Reads and parses a file; throws `ScriptError` if it cannot be read either.
[[nodiscard]] Script read_script(const std::string& path);

}  // namespace tessera::scenarios
