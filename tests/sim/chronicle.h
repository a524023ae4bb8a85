#pragma once

#include <tessera/conformance/model.h>
#include <tessera/conformance/session_model.h>
#include <tessera/conformance/tape.h>
#include <tessera/groups/core/configuration.h>
#include <tessera/primitives/ids.h>
#include <tessera/storage/raw_entry.h>

#include <memory>
#include <optional>
#include <unordered_map>
#include <utility>
#include <vector>

/// What the group has decided for good, as seen from outside: the committed log, and the state of
/// the machine after each of its entries.
///
/// Written by the invariant that watches commits, read by the others. Owned by the referee.
namespace tessera::sim {

class Chronicle {
 public:
  /// `model` says what commands do.
  explicit Chronicle(std::unique_ptr<Model> model) : model_(std::move(model)) {}

  struct Decided {
    RawEntry entry;
    Term leader_term;            ///< of the leader that committed it
    Tape tape;                   ///< the state after it
    std::uint64_t command = 0;   ///< its id, if it is one and runs
    std::uint64_t result = 0;    ///< a fingerprint of what it returns, if it runs
    std::uint64_t sessions = 0;  ///< a digest of the client sessions after it
    Index membership;            ///< the newest membership entry up to here
  };

  [[nodiscard]] Index last() const { return Index(log_.size()); }
  /// From 1 to `last()`.
  [[nodiscard]] const Decided& at(Index index) const { return log_[index.value() - 1]; }
  /// The position of what is decided at `index`; none at 0.
  [[nodiscard]] Cursor cursor_at(Index index) const;
  /// The state at `index`; the initial one at 0.
  [[nodiscard]] const Tape& tape_at(Index index) const;
  /// Where the command with this id ran, if it did.
  [[nodiscard]] std::optional<Index> find(std::uint64_t command) const;

  [[nodiscard]] const std::optional<GenesisId>& genesis() const { return genesis_; }
  void set_genesis(const GenesisId& genesis) { genesis_ = genesis; }

  /// A command that ran at two positions, if one did.
  [[nodiscard]] const std::optional<std::uint64_t>& ran_twice() const { return ran_twice_; }
  [[nodiscard]] const SessionModel& sessions() const { return sessions_; }

  /// Adds the next entry; false if it does not decode.
  [[nodiscard]] bool decide(const RawEntry& entry, Term leader_term);

 private:
  [[nodiscard]] bool decide_command(Decided& next);

  std::unique_ptr<Model> model_;
  std::optional<GenesisId> genesis_;
  GroupSettings settings_;
  SessionModel sessions_;
  std::optional<std::uint64_t> ran_twice_;
  std::vector<Decided> log_;
  std::unordered_map<std::uint64_t, Index> commands_;
};

}  // namespace tessera::sim
