#pragma once

#include <tessera/primitives/result.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// Datadriven scripts as etcd/raft's tests are written in: a directive, its arguments and input,
/// a line of dashes, and the output that is expected of it. Values; parsing is pure.
namespace tessera::raft_scripts {

/// `key`, `key=value` or `key=(value, value)`.
struct Argument {
  std::string key;
  std::vector<std::string> values;
};

/// One line: a command and its arguments.
struct Command {
  std::string name;
  std::vector<Argument> arguments;

  /// The values of the first argument called `key`; nothing if there is none.
  [[nodiscard]] const std::vector<std::string>* values_of(std::string_view key) const;
  /// The first value of `key`.
  [[nodiscard]] std::optional<std::string> value_of(std::string_view key) const;
  /// The value of `key` as a number; `otherwise` if there is none.
  struct Number {
    std::string_view key;
    std::uint64_t otherwise = 0;
  };
  [[nodiscard]] std::uint64_t number_of(const Number& number) const;
  /// True if `key` says `true`.
  [[nodiscard]] bool is_set(std::string_view key) const;
  /// The arguments without a value that are numbers, in order.
  [[nodiscard]] std::vector<int> numbers() const;
};

struct Directive {
  std::size_t line = 0;  ///< of the command in the file
  Command command;
  std::string input;     ///< between the command and the dashes, without the last line end
  std::string expected;  ///< behind the dashes
};

struct Script {
  std::string file;
  std::vector<Directive> directives;

  /// True if a directive is called `name`.
  [[nodiscard]] bool uses(std::string_view name) const;
};

/// `malformed` if `line` is not a command.
[[nodiscard]] Result<Command> parse_command(std::string_view line);
/// `malformed`, naming the line, if `text` is not a script.
[[nodiscard]] Result<Script> parse_script(std::string file, std::string_view text);

/// The lines of `text` without their ends.
[[nodiscard]] std::vector<std::string> lines_of(std::string_view text);
/// `text` without the blanks around it.
[[nodiscard]] std::string_view trimmed(std::string_view text);
/// `text` as a number; nothing if it is anything else.
[[nodiscard]] std::optional<std::uint64_t> to_number(std::string_view text);

}  // namespace tessera::raft_scripts
