#pragma once

#include <tessera/groups/command_envelope.h>
#include <tessera/groups/core/outbox.h>
#include <tessera/groups/core/raft/raft.h>

#include <map>
#include <optional>

/// The commands of this member's own callers, from the call to the answer.
///
/// A command waits until a leader is known, leaves for it once, and is answered when it is applied
/// here. It carries the term in which it left: a leader of any other term refuses it. So when the
/// first entry of a later term is applied here and the command was not, it never will be. Nothing
/// is sent twice; what cannot be known is `unknown_outcome`.
///
/// Owned by `GroupCore`. `raft` may be null as long as there is no group.
namespace tessera::core {

class Operations {
 public:
  enum class Answer : std::uint8_t {
    when_applied,   ///< execute
    when_assigned,  ///< feed
  };

  struct Options {
    std::uint64_t run = 0;
    std::chrono::milliseconds timeout{0};
    CoreLimits limits;
  };
  Operations(const Options& options, Outbox& outbox) : options_(options), outbox_(outbox) {}

  void add(TimePoint now, RequestId request, Bytes command, Answer answer);
  void cancel(RequestId request);

  /// Lets everything that waits leave, if there is somebody to take it.
  void pump(TimePoint now, Raft* raft);
  void receive(const ForwardResponse& response);

  /// The command at `position` has been applied here; an error says why there is no result.
  void applied(const CommandOrigin& origin, const Cursor& position, const Result<Bytes>& result);
  /// The first entry of `term` has been applied here.
  void term_began(Term term);
  /// Entries were skipped: an installed state may hold the effects of what has left.
  void skipped_entries();

  void tick(TimePoint now);
  [[nodiscard]] std::optional<TimePoint> next_deadline() const;
  void fail_all(const Error& reason);

 private:
  struct Operation {
    RequestId request;
    Bytes data;
    Answer answer = Answer::when_applied;
    TimePoint deadline{};
    std::optional<Term> left_in;  ///< absent: waits
    std::uint64_t attempt = 0;    ///< of its sending to another member; 0: none
  };
  using Table = std::map<std::uint64_t, Operation>;

  void forward(std::uint64_t sequence, Operation& operation, const Raft& raft);
  Table::iterator finish(Table::iterator at, Reply reply);
  Table::iterator fail(Table::iterator at, const Error& reason);

  Options options_;
  Outbox& outbox_;
  Table operations_;                                 ///< by sequence
  std::uint64_t sequence_ = 0;                       ///< the last one given
  std::map<std::uint64_t, std::uint64_t> attempts_;  ///< sendings under way: their sequences
  std::uint64_t last_attempt_ = 0;
  Term refused_in_;                  ///< whoever led in this term does not any more
  std::uint64_t first_waiting_ = 1;  ///< nothing below this sequence waits to leave
  std::size_t bytes_ = 0;
};

}  // namespace tessera::core
