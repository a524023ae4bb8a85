#pragma once

#include <tessera/groups/core/exactly_once/session_change.h>
#include <tessera/groups/settings.h>

#include <cstdint>
#include <map>
#include <utility>

/// What the client sessions of a group must be like, as a plain reading of the rules: which
/// commands of the log run, and what is remembered of them. The core's own table is compared with
/// it.
///
/// Owned by the chronicle.
namespace tessera::sim {

class SessionModel {
 public:
  /// What happened over a run.
  struct Tally {
    std::uint64_t opened = 0;
    std::uint64_t refused = 0;  ///< openings, because there were too many
    std::uint64_t closed = 0;
    std::uint64_t repeated = 0;  ///< commands that had run already
    std::uint64_t skipped = 0;   ///< commands behind a gap
    std::uint64_t unknown = 0;   ///< commands of a session that had ended
    std::uint64_t replaced = 0;  ///< commands that nothing took the place of
  };
  struct Outcome {
    Cursor position;
    std::uint64_t result = 0;  ///< a fingerprint of it; 0: replaced by nothing
    std::size_t bytes = 0;     ///< of the result
  };
  struct Session {
    core::SessionOwner owner;
    core::SessionNonce nonce;
    std::uint64_t last = 0;
    std::map<std::uint64_t, Outcome> outcomes;  ///< by sequence
  };

  /// True if the command with this origin runs at this point of the log.
  [[nodiscard]] bool runs(const CommandOrigin& origin, const GroupSettings& settings);
  /// It ran, or was replaced.
  void ran(const CommandOrigin& origin, const Outcome& outcome);
  void change(const Cursor& position, const core::SessionChange& change,
              const GroupSettings& settings);

  /// A session as somebody else has it.
  void put(SessionNumber number, Session session) {
    sessions_[number.value()] = std::move(session);
  }
  [[nodiscard]] const Tally& tally() const { return tally_; }
  /// Of everything in it.
  [[nodiscard]] std::uint64_t digest() const;

 private:
  void open(const Cursor& position, const core::OpenSession& opening,
            const GroupSettings& settings);

  std::map<std::uint64_t, Session> sessions_;
  Tally tally_;
};

}  // namespace tessera::sim
