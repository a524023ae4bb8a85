#pragma once

#include <tessera/conformance/node.h>

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// What transcripts call things: nodes by number, stores by letter, commands by the name the script
/// gave them. Owned by the stage.
namespace tessera::scenarios {

namespace core = tessera::core;
namespace sim = tessera::sim;

/// The kinds of messages by the names scripts use; the place is the index in `core::Message`.
[[nodiscard]] std::optional<std::size_t> message_kind(std::string_view name);

class Naming {
 public:
  using Nodes = std::vector<std::unique_ptr<sim::Node>>;
  explicit Naming(const Nodes& nodes) : nodes_(nodes) {}

  /// `command` has a name from now on.
  void name(std::uint64_t command, const std::string& name) { commands_[command] = name; }

  /// The number; a second store of the node is `1b`, a third `1c`.
  std::string member(const MemberId& member);
  [[nodiscard]] std::string peer(const PeerId& peer) const;
  [[nodiscard]] std::string configuration(const core::Configuration& configuration);
  /// "2:5 write a".
  [[nodiscard]] std::string entry(const RawEntry& entry);
  /// Everything `node` has asked to be in its log, with what of it is not durable marked.
  [[nodiscard]] std::string log(const sim::Node& node);
  /// One line: role, term, vote, commit.
  [[nodiscard]] std::string state(const sim::Node& node);
  [[nodiscard]] std::string message(const core::Message& message);

 private:
  [[nodiscard]] std::string members(const std::set<MemberId>& members);

  const Nodes& nodes_;
  std::map<std::uint64_t, std::string> commands_;
  std::map<PeerId, std::vector<StorageId>> stores_;
};

}  // namespace tessera::scenarios
