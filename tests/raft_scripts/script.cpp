#include "script.h"

#include <algorithm>
#include <charconv>

namespace tessera::raft_scripts {
namespace {

constexpr std::string_view blanks = " \t\r";
constexpr std::string_view dashes = "----";

/// Cuts the longest beginning without any of `ends` off `rest`.
std::string cut_until(std::string_view& rest, std::string_view ends) {
  const std::string part(rest.substr(0, rest.find_first_of(ends)));
  rest.remove_prefix(part.size());
  return part;
}

/// The values of a list whose opening parenthesis is the first character of `rest`; parentheses
/// may nest. False if it does not end.
bool cut_list(std::string_view& rest, std::vector<std::string>& values) {
  std::size_t depth = 0;
  std::string value;
  for (std::size_t at = 0; at < rest.size(); ++at) {
    const char next = rest[at];
    if (next == '(' && ++depth == 1) continue;
    if (next == ')' && --depth == 0) {
      values.emplace_back(trimmed(value));
      rest.remove_prefix(at + 1);
      return true;
    }
    if (next == ',' && depth == 1) {
      values.emplace_back(trimmed(value));
      value.clear();
    } else {
      value += next;
    }
  }
  return false;
}

/// Reads the lines of a script one after the other.
class LineReader {
 public:
  explicit LineReader(std::string_view text) : lines_(lines_of(text)) {}
  [[nodiscard]] bool done() const { return next_ == lines_.size(); }
  [[nodiscard]] std::size_t number() const { return next_; }
  [[nodiscard]] const std::string& peek() const { return lines_[next_]; }
  const std::string& take() { return lines_[next_++]; }

 private:
  std::vector<std::string> lines_;
  std::size_t next_ = 0;
};

void read_expected(LineReader& reader, std::string& expected) {
  // A second line of dashes says that the output may hold empty lines; two more end it.
  const bool blank_lines = !reader.done() && reader.peek() == dashes;
  if (blank_lines) reader.take();
  while (!reader.done()) {
    const std::string line = reader.take();
    if (blank_lines && line == dashes && !reader.done() && reader.peek() == dashes) {
      reader.take();
      return;
    }
    if (!blank_lines && trimmed(line).empty()) return;
    expected += line + '\n';
  }
}

}  // namespace

std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    lines.emplace_back(text.substr(0, end));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return lines;
}

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(blanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

std::optional<std::uint64_t> to_number(std::string_view text) {
  std::uint64_t number = 0;
  const char* const end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc{} || stopped != end) return std::nullopt;
  return number;
}

const std::vector<std::string>* Command::values_of(std::string_view key) const {
  const auto found = std::find_if(arguments.begin(), arguments.end(),
                                  [&](const Argument& argument) { return argument.key == key; });
  return found == arguments.end() || found->values.empty() ? nullptr : &found->values;
}

std::optional<std::string> Command::value_of(std::string_view key) const {
  const auto* values = values_of(key);
  return values == nullptr ? std::nullopt : std::optional(values->front());
}

std::uint64_t Command::number_of(const Number& number) const {
  const auto value = value_of(number.key);
  return value ? to_number(*value).value_or(number.otherwise) : number.otherwise;
}

bool Command::is_set(std::string_view key) const { return value_of(key) == "true"; }

std::vector<int> Command::numbers() const {
  std::vector<int> numbers;
  for (const Argument& argument : arguments) {
    const auto number = to_number(argument.key);
    if (argument.values.empty() && number) numbers.push_back(static_cast<int>(*number));
  }
  return numbers;
}

bool Script::uses(std::string_view name) const {
  return std::any_of(directives.begin(), directives.end(),
                     [&](const Directive& directive) { return directive.command.name == name; });
}

Result<Command> parse_command(std::string_view line) {
  std::string_view rest = trimmed(line);
  Command command;
  command.name = cut_until(rest, blanks);
  if (command.name.empty()) return {Errc::malformed, "an empty line is no command"};
  for (rest = trimmed(rest); !rest.empty(); rest = trimmed(rest)) {
    Argument argument;
    argument.key = cut_until(rest, " \t=");
    if (argument.key.empty()) return {Errc::malformed, "an argument without a name"};
    if (!rest.empty() && rest.front() == '=') {
      rest.remove_prefix(1);
      if (rest.empty() || rest.front() != '(') {
        argument.values.push_back(cut_until(rest, blanks));
      } else if (!cut_list(rest, argument.values)) {
        return {Errc::malformed, "a list that does not end"};
      }
    }
    command.arguments.push_back(std::move(argument));
  }
  return command;
}

Result<Script> parse_script(std::string file, std::string_view text) {
  Script script;
  script.file = std::move(file);
  LineReader reader(text);
  while (!reader.done()) {
    std::string line(trimmed(reader.take()));
    if (line.empty() || line.front() == '#') continue;
    Directive directive;
    directive.line = reader.number();
    while (line.ends_with('\\') && !reader.done()) {
      line.back() = ' ';
      line += trimmed(reader.take());
    }
    auto command = parse_command(line);
    if (!command) {
      return {Errc::malformed,
              "line " + std::to_string(directive.line) + ": " + command.error().message()};
    }
    directive.command = std::move(*command);
    if (directive.command.name == "subtest") continue;
    while (!reader.done() && reader.peek() != dashes) directive.input += reader.take() + '\n';
    while (directive.input.ends_with('\n')) directive.input.pop_back();
    if (!reader.done()) {
      reader.take();
      read_expected(reader, directive.expected);
    }
    script.directives.push_back(std::move(directive));
  }
  return script;
}

}  // namespace tessera::raft_scripts
