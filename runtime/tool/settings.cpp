#include <tessera/runtime/tool/settings.h>
#include <tessera/runtime/tool/suggestion.h>

#include <fmt/format.h>
#include <toml++/toml.h>

#include <charconv>
#include <cstdlib>
#include <functional>
#include <map>
#include <sstream>

namespace tessera::tool {
namespace {

/// Takes one value of the file; false if it has the wrong type or range.
using Setter = std::function<bool(const toml::node&, NodeSettings&)>;
using Setters = std::map<std::string, Setter>;

bool set_text(const toml::node& node, std::string& target) {
  const auto text = node.value<std::string>();
  if (text) target = *text;
  return text.has_value();
}

bool set_list(const toml::node& node, std::vector<std::string>& target) {
  const toml::array* list = node.as_array();
  if (list == nullptr) return false;
  target.clear();
  for (const toml::node& item : *list) {
    const auto text = item.value<std::string>();
    if (!text) return false;
    target.push_back(*text);
  }
  return true;
}

bool set_milliseconds(const toml::node& node, std::chrono::milliseconds& target) {
  const auto number = node.value<std::int64_t>();
  if (number) target = std::chrono::milliseconds{*number};
  return number.has_value();
}

template <class Number>
bool set_number(const toml::node& node, Number& target) {
  const auto number = node.value<std::int64_t>();
  if (!number || *number < 0) return false;
  target = static_cast<Number>(*number);
  return true;
}

const Setters& setters() {
  using Node = const toml::node&;
  using Settings = NodeSettings&;
  static const Setters all = {
      {"network", [](Node node, Settings to) { return set_text(node, to.network); }},
      {"data",
       [](Node node, Settings to) {
         std::string path;
         const bool read = set_text(node, path);
         if (read) to.data_dir = path;
         return read;
       }},
      {"listen", [](Node node, Settings to) { return set_text(node, to.listen); }},
      {"advertise", [](Node node, Settings to) { return set_list(node, to.advertise); }},
      {"peers", [](Node node, Settings to) { return set_list(node, to.peers); }},
      {"key", [](Node node, Settings to) { return set_text(node, to.key); }},
      {"founders", [](Node node, Settings to) { return set_number(node, to.founders); }},
      {"join_only",
       [](Node node, Settings to) {
         const auto flag = node.value<bool>();
         if (flag) to.join_only = *flag;
         return flag.has_value();
       }},
      {"group.heartbeat_ms",
       [](Node node, Settings to) { return set_milliseconds(node, to.group.heartbeat); }},
      {"group.election_timeout_ms",
       [](Node node, Settings to) { return set_milliseconds(node, to.group.election_timeout); }},
      {"group.election_jitter_ms",
       [](Node node, Settings to) { return set_milliseconds(node, to.group.election_jitter); }},
      {"group.stall_after_ms",
       [](Node node, Settings to) { return set_milliseconds(node, to.group.stall_after); }},
      {"group.inline_catch_up",
       [](Node node, Settings to) { return set_number(node, to.group.inline_catch_up); }},
      {"group.result_max",
       [](Node node, Settings to) { return set_number(node, to.group.result_max); }},
      {"group.session_ttl_ms",
       [](Node node, Settings to) { return set_milliseconds(node, to.group.session_ttl); }},
      {"group.sessions_max",
       [](Node node, Settings to) { return set_number(node, to.group.sessions_max); }},
      {"group.session_bytes_max",
       [](Node node, Settings to) { return set_number(node, to.group.session_bytes_max); }},
      {"group.scrub_interval_ms",
       [](Node node, Settings to) { return set_milliseconds(node, to.group.scrub_interval); }},
  };
  return all;
}

std::vector<std::string> split(const std::string& text) {
  std::vector<std::string> parts;
  std::istringstream list(text);
  for (std::string part; std::getline(list, part, ',');) parts.push_back(part);
  return parts;
}

Result<void> read_table(const toml::table& table, const std::string& prefix,
                        const std::string& file, NodeSettings& settings) {
  for (const auto& [name, node] : table) {
    const std::string key = prefix + std::string(name.str());
    const auto line = node.source().begin.line;
    if (const toml::table* inner = node.as_table(); inner != nullptr && key == "group") {
      if (auto read = read_table(*inner, key + ".", file, settings); !read) return read;
      continue;
    }
    const auto setter = setters().find(key);
    if (setter == setters().end()) {
      std::vector<std::string> known;
      for (const auto& [each, unused] : setters()) known.push_back(each);
      return Error(Errc::invalid_argument, fmt::format("{}:{}: there is no setting \"{}\".{}", file,
                                                       line, key, suggestion(key, known)));
    }
    if (!setter->second(node, settings)) {
      return Error(Errc::invalid_argument,
                   fmt::format("{}:{}: \"{}\" has a value of the wrong type", file, line, key));
    }
  }
  return {};
}

}  // namespace

Result<void> read_settings_file(const std::filesystem::path& path, NodeSettings& settings) {
  try {
    return read_table(toml::parse_file(path.string()), "", path.string(), settings);
  } catch (const toml::parse_error& error) {
    return Error(Errc::invalid_argument,
                 fmt::format("{}:{}: {}", path.string(), error.source().begin.line,
                             std::string(error.description())));
  }
}

Result<void> read_settings_environment(NodeSettings& settings) {
  const auto take = [](const char* name, std::string& target) {
    if (const char* value = std::getenv(name); value != nullptr) target = value;
  };
  std::string data_dir = settings.data_dir.string();
  std::string peers;
  std::string advertise;
  std::string founders;
  take("TESSERA_NETWORK", settings.network);
  take("TESSERA_DATA", data_dir);
  take("TESSERA_LISTEN", settings.listen);
  take("TESSERA_KEY", settings.key);
  take("TESSERA_PEERS", peers);
  take("TESSERA_ADVERTISE", advertise);
  take("TESSERA_FOUNDERS", founders);
  settings.data_dir = data_dir;
  if (!peers.empty()) settings.peers = split(peers);
  if (!advertise.empty()) settings.advertise = split(advertise);
  if (!founders.empty()) {
    const char* end = founders.data() + founders.size();
    const auto read = std::from_chars(founders.data(), end, settings.founders);
    if (read.ec != std::errc{} || read.ptr != end) {
      return Error(Errc::invalid_argument,
                   "TESSERA_FOUNDERS is not a number: \"" + founders + "\"");
    }
  }
  return {};
}

}  // namespace tessera::tool
