#pragma once

#include <tessera/groups/core/admin/admin_messages.h>
#include <tessera/groups/core/founding/certificate.h>
#include <tessera/groups/core/witness/store_memory.h>
#include <tessera/primitives/error.h>
#include <tessera/primitives/time.h>
#include <tessera/storage/cursor.h>
#include <tessera/storage/raw_entry.h>

#include <compare>
#include <cstdint>
#include <optional>
#include <variant>
#include <vector>

/// Everything that bonded members of one group say to each other. Plain values; the bytes on the
/// wire are made in message_codec.h.
namespace tessera::core {

/// Names one round of leadership confirmation; never reused (rule 7).
struct ReadRound {
  Term term;
  std::uint64_t counter = 0;
  auto operator<=>(const ReadRound&) const = default;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(term, counter);
  }
};

/// What a syncing follower says of itself in every heartbeat answer (rule 6).
struct SyncStatement {
  std::uint64_t session = 0;
  Cursor target;
  std::uint64_t credit = 0;  ///< bytes of entries it can still buffer
  bool operator==(const SyncStatement&) const = default;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(session, target, credit);
  }
};

/// Asks for a vote (thesis, 3.4), or whether there would be one (9.6).
struct VoteRequest {
  Term term;    ///< the candidate's term; for a pre-vote the one it would have
  Cursor last;  ///< the end of the candidate's log
  bool pre = false;
  bool transfer = false;  ///< the leader asked for it: nobody protects that leader (3.10)
  template <class Archive>
  void serialize(Archive& archive) {
    archive(term, last, pre, transfer);
  }
};

struct VoteResponse {
  Term term;  ///< of the vote; a refused pre-vote carries the voter's own
  bool pre = false;
  bool granted = false;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(term, pre, granted);
  }
};

/// Entries that follow `preceding` (thesis, 3.5). Without entries: a probe.
struct AppendRequest {
  Term term;
  Cursor preceding;
  std::vector<RawEntry> entries;
  Index commit;
  std::chrono::milliseconds election_timeout{0};  ///< the leader's own
  template <class Archive>
  void serialize(Archive& archive) {
    archive(term, preceding, entries, commit, election_timeout);
  }
};

struct AppendResponse {
  Term term;
  /// Accepted: the last index that is now known to match. Refused: the `preceding` that did not.
  Index index;
  bool rejected = false;
  Cursor hint;  ///< refused: the largest position of the follower's log that may match
  template <class Archive>
  void serialize(Archive& archive) {
    archive(term, index, rejected, hint);
  }
};

/// A member from which the leader has had no answer, and for how long.
struct Silence {
  MemberId member;
  std::chrono::milliseconds length{0};
  bool operator==(const Silence&) const = default;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(member, length);
  }
};

struct HeartbeatRequest {
  Term term;
  Index commit;  ///< at most what the receiver is known to hold
  ReadRound round;
  std::chrono::milliseconds election_timeout{0};
  /// Who has been silent for longer than that, so that the next leader need not begin to wait.
  std::vector<Silence> silent;
  /// The leader would sleep here: whoever holds this as its last and committed entry, and has
  /// nothing to do either, says so and waits for no more heartbeats.
  std::optional<Cursor> rest;
  /// The leader takes no commands: its disk is short of space, and nobody can take its place whose
  /// disk is not.
  bool takes_none = false;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(term, commit, round, election_timeout, silent, rest, takes_none);
  }
};

struct HeartbeatResponse {
  Term term;
  ReadRound round;
  std::optional<SyncStatement> syncing;
  std::optional<Cursor> rests;  ///< it sleeps there, as it was asked to
  bool disk_short = false;      ///< the sender's disk is short of space
  template <class Archive>
  void serialize(Archive& archive) {
    archive(term, round, syncing, rests, disk_short);
  }
};

/// The leader of `term` wants the receiver to take its place, at once (thesis, 3.10).
struct TimeoutNow {
  Term term;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(term);
  }
};

/// The leader will not re-send what the follower lacks: it must catch up to `target`, a position
/// that is committed, by a session.
struct SyncOffer {
  Term term;
  Cursor target;
  std::chrono::milliseconds election_timeout{0};
  template <class Archive>
  void serialize(Archive& archive) {
    archive(term, target, election_timeout);
  }
};

/// A session is done: the follower holds everything up to `position`, committed and durable.
struct SyncDone {
  Term term;
  std::uint64_t session = 0;
  Cursor position;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(term, session, position);
  }
};

/// What a caller wants appended: a command, or what its client session needs.
struct ForwardedEntry {
  EntryKind kind = EntryKind::command;
  Bytes data;  ///< the entry's data, envelope included
  template <class Archive>
  void serialize(Archive& archive) {
    archive(kind, data);
  }
};

/// Entries of callers for the leader of `term` to append, in this order. A leader of another term
/// refuses them.
struct ForwardRequest {
  Term term;
  std::uint64_t run = 0;  ///< the sender's
  /// The number of the first entry's sending; each of the others has the next one. They rise with
  /// each sending of the sender's run. A receiver deals with each number once, and with none below
  /// one it has seen, so that no late or repeated copy is ever appended or refused.
  std::uint64_t attempt = 0;
  std::vector<ForwardedEntry> entries;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(term, run, attempt, entries);
  }
};

enum class ForwardOutcome : std::uint8_t {
  appended = 0,
  not_leader = 1,
  full = 2,
  refused = 3,
  out_of_order = 4,  ///< what precedes it in its client session is not in the log
};

/// What became of the sendings with `count` numbers from `attempt` on: the same of all.
struct ForwardResponse {
  Term term;
  std::uint64_t attempt = 0;
  std::uint64_t count = 1;
  ForwardOutcome outcome = ForwardOutcome::appended;
  Cursor position;  ///< if appended: where the first one was, with the others right behind it
  template <class Archive>
  void serialize(Archive& archive) {
    archive(term, attempt, count, outcome, position);
  }
};

/// Asks the leader for a read index (rule 7). (run, counter) is the asker's own.
struct ReadRequest {
  Term term;
  std::uint64_t run = 0;
  std::uint64_t counter = 0;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(term, run, counter);
  }
};

struct ReadResponse {
  Term term;
  std::uint64_t run = 0;
  std::uint64_t counter = 0;
  bool refused = false;
  Index index;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(term, run, counter, refused, index);
  }
};

/// A message of the StateSync strategy, opaque here. Travels on the bulk lane.
struct SyncMessage {
  Bytes payload;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(payload);
  }
};

using Message =
    std::variant<VoteRequest, VoteResponse, AppendRequest, AppendResponse, HeartbeatRequest,
                 HeartbeatResponse, SyncOffer, SyncDone, ForwardRequest, ForwardResponse,
                 ReadRequest, ReadResponse, SyncMessage, FoundingProposal, FoundingPromise,
                 FoundingAbandonment, GenesisNotice, TimeoutNow, AdminRequest, AdminResponse,
                 RemovalNotice, MemoryNotice>;

/// True if `message` belongs on the bulk lane.
[[nodiscard]] inline bool is_bulk(const Message& message) {
  return std::holds_alternative<SyncMessage>(message);
}

}  // namespace tessera::core
