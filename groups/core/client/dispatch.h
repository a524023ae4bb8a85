#pragma once

#include <tessera/groups/core/outbox.h>
#include <tessera/groups/core/raft/raft.h>

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

/// How what this member's callers want appended leaves for whoever leads: into its own log, or in
/// a message.
///
/// A sending names the leader's term, and a leader of any other term refuses it. So when the first
/// entry of a later term is applied here, whatever left earlier and has not been applied is
/// certainly not in the log. Each sending has a number of its own, by which its answer is known.
/// Those that leave together share a message. Owned by `Operations`.
namespace tessera::core {

/// What leaves, and for whom the answer is.
struct Parcel {
  enum class Kind : std::uint8_t {
    command,  ///< of a client session
    session,  ///< what opens or closes a client session
    feed,     ///< a command outside of every session
  };
  Kind kind = Kind::command;
  ClientId client;           ///< of a command or session
  std::uint64_t number = 0;  ///< the sequence of a command, the number of a feed
};

/// The entry that it becomes.
struct ParcelContent {
  EntryKind kind = EntryKind::command;
  Bytes data;
};

/// How one left. It counts until it is answered that it was not appended, or forgotten.
struct Sending {
  Term term;
  std::uint64_t attempt = 0;       ///< 0: into this member's own log
  std::optional<Cursor> position;  ///< where it was appended, once that is known
  TimePoint at{};
};

class Dispatch {
 public:
  Dispatch(std::uint64_t run, Outbox& outbox) : run_(run), outbox_(outbox) {}

  /// Somebody takes what is sent now.
  [[nodiscard]] bool is_open(const Raft& raft) const;
  /// Sends an entry of this kind; `is_open` must hold. What goes to another member leaves with
  /// those that follow it, at the latest with `flush`, before anything else happens to `raft`.
  Sending send(TimePoint now, Raft& raft, ParcelContent content, const Parcel& parcel);
  void flush(const Raft& raft);

  /// An answer to one sending.
  struct Answered {
    Parcel parcel;
    ForwardResponse response;
  };
  /// What `response` says of the sendings that have not been forgotten.
  std::vector<Answered> answered(const ForwardResponse& response);
  /// Nobody waits for the answer to this sending any more.
  void forget(const Sending& sending) { under_way_.erase(sending.attempt); }

  /// What has not been answered for so long may have got lost on the way.
  [[nodiscard]] static Duration patience(const Raft& raft);

 private:
  struct UnderWay {
    Parcel parcel;
    Term term;
  };

  std::uint64_t run_;
  Outbox& outbox_;
  std::map<std::uint64_t, UnderWay> under_way_;  ///< by attempt
  std::vector<ForwardedEntry> leaving_;          ///< the latest attempts, with the next `flush`
  std::size_t leaving_bytes_ = 0;
  std::uint64_t last_attempt_ = 0;
  Term refused_in_;  ///< whoever led in this term does not any more
};

}  // namespace tessera::core
