#pragma once

#include <tessera/groups/core/messages.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// Messages as scripts write them, and ours in the same words. Values.
namespace tessera::raft_scripts {

/// An entry as scripts show it.
struct ScriptEntry {
  std::uint64_t term = 0;
  std::uint64_t index = 0;
  std::string text;  ///< `EntryNormal "data"`, or `EntryConfChange` whatever it changes

  bool operator==(const ScriptEntry&) const = default;
};

struct ScriptMessage {
  int from = 0;
  int to = 0;
  std::string type;  ///< `MsgApp`
  std::uint64_t term = 0;
  std::uint64_t log_term = 0;
  std::uint64_t log_index = 0;
  std::uint64_t commit = 0;
  bool rejected = false;
  std::uint64_t hint = 0;
  std::vector<ScriptEntry> entries;
  std::uint64_t snapshot = 0;  ///< the index it stands at

  bool operator==(const ScriptMessage&) const = default;
  /// True for an append that carries nothing.
  [[nodiscard]] bool is_empty_append() const { return type == "MsgApp" && entries.empty(); }
  /// True for an acknowledgement.
  [[nodiscard]] bool is_acknowledgement() const { return type == "MsgAppResp" && !rejected; }
};

/// The entry that `line` shows; nothing if it shows none.
[[nodiscard]] std::optional<ScriptEntry> parse_entry(std::string_view line);
/// The message that `line` shows; nothing if it shows none.
[[nodiscard]] std::optional<ScriptMessage> parse_message(std::string_view line);

[[nodiscard]] ScriptEntry shown(const RawEntry& entry);
[[nodiscard]] std::string to_text(const ScriptEntry& entry);
[[nodiscard]] std::string to_text(const ScriptMessage& message);

/// Who sends what to whom.
struct Journey {
  int from = 0;
  int to = 0;
};
/// Our message in the script's words; nothing if there are none for it.
[[nodiscard]] std::optional<ScriptMessage> shown(const Journey& journey,
                                                 const core::Message& message);

}  // namespace tessera::raft_scripts
