#pragma once

#include <tessera/groups/core/exactly_once/session_change.h>
#include <tessera/groups/settings.h>

#include <deque>
#include <map>
#include <optional>

/// The client sessions of a group at one position of its log: what makes a command run once,
/// however often it was sent and appended (thesis, 6.3).
///
/// A function of the log alone, hence the same on every member, and part of every snapshot. A
/// change costs the logarithm of the number of sessions. A value.
namespace tessera::core {

/// What became of one command.
struct CommandOutcome {
  enum class Kind : std::uint8_t {
    returned = 0,   ///< it ran; `result` is what `apply` returned
    too_large = 1,  ///< it ran; what it returned was dropped, as the words in `result` say
    replaced = 2,   ///< nothing took its place: it never runs
  };
  Cursor position;
  Kind kind = Kind::returned;
  Bytes result;

  bool operator==(const CommandOutcome&) const = default;

  template <class Archive>
  void serialize(Archive& archive) {
    archive(position, kind, result);
  }
};

/// One session.
struct SessionRecord {
  SessionOwner owner;
  SessionNonce nonce;
  Sequence last;  ///< the last command that ran, or was replaced
  /// Of the commands up to `last`, as far as somebody may still ask for them.
  std::deque<CommandOutcome> outcomes;
  std::size_t bytes = 0;  ///< of `outcomes`

  [[nodiscard]] Sequence first_kept() const { return last + 1 - outcomes.size(); }

  template <class Archive>
  void serialize(Archive& archive) {
    archive(owner, nonce, last, outcomes);
  }
};

class SessionTable {
 public:
  /// So many outcomes of one session are kept, at most; a client that has more commands unanswered
  /// must wait.
  static constexpr std::size_t outcomes_max = 16384;
  /// What an outcome counts for beside its result.
  static constexpr std::size_t outcome_overhead = 32;

  /// The session that an entry at `index` opens, or the one that was opened with this owner and
  /// nonce before. Nothing if there are as many as there may be.
  std::optional<SessionNumber> open(Index index, const OpenSession& opening,
                                    const GroupSettings& settings);
  /// True if there was such a session.
  bool close(SessionNumber session);

  /// What is to be done with a command.
  enum class Verdict : std::uint8_t {
    run,       ///< it is the next: run it, then call `record`
    repeated,  ///< it was run, or replaced, before
    again,     ///< what precedes it is missing, or there is no room for its outcome: not now
    unknown,   ///< there is no such session (any more): never
  };
  /// Judges the command with `origin`, and drops the outcomes that it says nobody needs.
  [[nodiscard]] Verdict admit(const CommandOrigin& origin, const GroupSettings& settings);
  /// What became of the command that was just admitted to run.
  void record(SessionNumber session, CommandOutcome outcome);

  [[nodiscard]] std::optional<SessionNumber> find(const SessionOwner& owner,
                                                  const SessionNonce& nonce) const;
  /// Null if there is no such session.
  [[nodiscard]] const SessionRecord* find(SessionNumber session) const;
  /// Null if it did not run yet or nobody needed it any more.
  [[nodiscard]] const CommandOutcome* outcome(SessionNumber session, Sequence sequence) const;
  [[nodiscard]] const std::map<SessionNumber, SessionRecord>& sessions() const { return sessions_; }

  /// For what came from elsewhere: `malformed` if no sequence of changes leads to it.
  [[nodiscard]] Result<void> validate() const;

  template <class Archive>
  void save(Archive& archive) const {
    archive(sessions_);
  }
  template <class Archive>
  void load(Archive& archive) {
    archive(sessions_);
    count_bytes();
  }

 private:
  void count_bytes();

  std::map<SessionNumber, SessionRecord> sessions_;
};

}  // namespace tessera::core
