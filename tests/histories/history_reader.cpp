#include "history_reader.h"

#include <nlohmann/json.hpp>

#include <fstream>
#include <map>

namespace tessera::histories {
namespace {

using nlohmann::json;
using Kind = Operation::Kind;
using Outcome = Operation::Outcome;

/// A line's fault; it becomes an error with the line's number, and leaves this file as nothing
/// else.
struct Fault {
  std::string what;
};

const json& field(const json& line, const char* name) {
  static const json absent;
  const auto found = line.find(name);
  return found == line.end() ? absent : *found;
}

std::string text_of(const json& line, const char* name) {
  const json& text = field(line, name);
  if (!text.is_string()) throw Fault{std::string("\"") + name + "\" must be a string"};
  return text.get<std::string>();
}

std::uint64_t time_of(const json& line, const char* name) {
  const json& time = field(line, name);
  if (!time.is_number_unsigned()) {
    throw Fault{std::string("\"") + name + "\" must be a whole number of nanoseconds"};
  }
  return time.get<std::uint64_t>();
}

Value value_of(const json& line, const char* name) {
  const json& value = field(line, name);
  if (value.is_null()) return std::nullopt;
  return text_of(line, name);
}

template <class Choice>
Choice choice_of(const json& line, const char* name, const std::map<std::string, Choice>& choices) {
  const std::string word = text_of(line, name);
  const auto found = choices.find(word);
  if (found != choices.end()) return found->second;
  std::string known;
  for (const auto& [each, unused] : choices) known += (known.empty() ? "" : ", ") + each;
  throw Fault{std::string("\"") + name + "\" is \"" + word + "\"; it must be one of " + known};
}

/// An object may name each field once: which of two would count is anybody's guess.
json parse_object(const std::string& text) {
  std::vector<std::map<std::string, int>> objects;
  const auto look = [&objects](int, json::parse_event_t event, json& parsed) {
    if (event == json::parse_event_t::object_start) objects.emplace_back();
    if (event == json::parse_event_t::object_end) objects.pop_back();
    if (event == json::parse_event_t::key && ++objects.back()[parsed.get<std::string>()] > 1) {
      throw Fault{"\"" + parsed.get<std::string>() + "\" is there twice"};
    }
    return true;
  };
  json line = json::parse(text, look, false);
  if (!line.is_object()) throw Fault{"it is not a JSON object"};
  return line;
}

void read_times(const json& line, Operation& operation) {
  operation.call = time_of(line, "call");
  if (field(line, "return").is_null()) {
    if (operation.outcome == Outcome::ok) throw Fault{"it is \"ok\" but has no \"return\""};
    return;
  }
  operation.returned = time_of(line, "return");
  if (operation.returned < operation.call) throw Fault{"\"return\" is before \"call\""};
}

Operation read_line(const std::string& text) {
  static const std::map<std::string, Kind> kinds = {
      {"get", Kind::get}, {"put", Kind::put}, {"del", Kind::del}, {"cas", Kind::cas}};
  static const std::map<std::string, Outcome> outcomes = {
      {"ok", Outcome::ok}, {"fail", Outcome::fail}, {"unknown", Outcome::unknown}};
  const json line = parse_object(text);
  const json& client = field(line, "client");
  if (!client.is_number_integer() && !client.is_string()) {
    throw Fault{"\"client\" must be a whole number or a string"};
  }
  Operation operation;
  operation.kind = choice_of(line, "op", kinds);
  operation.outcome = choice_of(line, "outcome", outcomes);
  operation.key = text_of(line, "key");
  operation.value = value_of(line, "value");
  operation.expected = value_of(line, "expected");
  read_times(line, operation);
  if (operation.kind == Kind::put && !operation.value) throw Fault{"a \"put\" needs a \"value\""};
  if (operation.kind == Kind::cas && operation.outcome == Outcome::ok) {
    const json& swapped = field(line, "swapped");
    if (!swapped.is_boolean()) throw Fault{"a \"cas\" that is \"ok\" needs \"swapped\""};
    operation.swapped = swapped.get<bool>();
  }
  return operation;
}

}  // namespace

Result<History> read_history(std::istream& lines, const std::string& name) {
  History history;
  std::size_t number = 0;
  for (std::string text; std::getline(lines, text);) {
    ++number;
    if (text.find_first_not_of(" \t\r") == std::string::npos) continue;
    try {
      history.push_back(read_line(text));
      history.back().line = number;
    } catch (const Fault& fault) {
      return Error(Errc::malformed, name + ":" + std::to_string(number) + ": " + fault.what);
    }
  }
  if (lines.bad()) return Error(Errc::io_failed, name + " could not be read to its end");
  return history;
}

Result<History> read_history_file(const std::string& path) {
  std::ifstream file(path);
  if (!file) return Error(Errc::io_failed, path + " cannot be opened");
  return read_history(file, path);
}

}  // namespace tessera::histories
