#pragma once

#include <tessera/groups/core/client/backlog.h>
#include <tessera/groups/core/client/dispatch.h>
#include <tessera/groups/core/exactly_once/session_table.h>

#include <deque>
#include <optional>

/// The commands of one client, from the call to the answer, each run exactly once (thesis, 6.3).
///
/// A command waits until there is a session and somebody to take it; when it first leaves it gets
/// the session's next sequence. From then on it is sent again, in order with those behind it,
/// whenever it may be lost: when a later term begins, when its sending is refused or not answered,
/// when the log shows it behind a gap. The session table makes the copies harmless. Whoever gives
/// up is told what is certain: a command that nobody waits for any more is replaced by nothing,
/// so that those behind it get on.
///
/// Owned by `Operations`. What callers ask is in client_session_callers.cpp.
namespace tessera::core {

class ClientSession {
 public:
  struct Options {
    ClientId client;
    SessionOwner owner;
    std::chrono::milliseconds timeout{0};
    std::size_t unanswered_max = 0;  ///< commands that have left, at most
  };
  ClientSession(const Options& options, Outbox& outbox, Dispatch& dispatch, Backlog& backlog);

  // The callers.
  void add(TimePoint now, RequestId request, Bytes command);
  /// False if it is no command of this client.
  bool cancel(RequestId request);
  /// No more commands come: the session ends with the last one.
  void close() { closing_ = true; }
  /// Nothing is left of it.
  [[nodiscard]] bool closed() const;
  void tick(TimePoint now);
  [[nodiscard]] std::optional<TimePoint> next_deadline() const;
  void fail_all(const Error& reason);
  void refuse_waiting(const Error& reason);

  // The leader.
  void pump(TimePoint now, Raft& raft);
  void answered(TimePoint now, const Parcel& parcel, const ForwardResponse& response);

  // The log, as it is applied here.
  [[nodiscard]] std::optional<SessionNumber> number() const { return number_; }
  /// The opening was applied; without a number: there are too many sessions.
  void opened(std::uint64_t opening, std::optional<SessionNumber> number);
  /// The session was closed.
  void ended();
  void applied(Sequence sequence, const CommandOutcome& outcome);
  /// The command at `position` was not run: something before it is missing.
  void skipped(Sequence sequence, const Cursor& position);
  /// The first entry of `term` has been applied.
  void term_began(Term term);
  /// Entries up to `position` were skipped over; `table` says what they did.
  void installed(const SessionTable& table, const Cursor& position);
  /// The log is void.
  void withdrawn();

  void check_invariants() const;

 private:
  struct Waiting {
    RequestId request;
    Bytes command;
    TimePoint deadline{};
  };
  /// A command that has a sequence.
  struct Unanswered {
    std::optional<RequestId> request;  ///< absent: its caller has been answered
    Bytes command;
    TimePoint deadline{};
    bool replaced = false;           ///< from now on nothing is sent in its place
    std::optional<Sending> sending;  ///< the latest; absent: it must be sent (again)
    bool sent_itself = false;        ///< by `sending`, not what replaces it
    std::uint32_t copies = 0;        ///< sendings of it that may be in the log
    Index skipped;                   ///< the last entry of it that was behind a gap
  };

  void open(TimePoint now, Raft& raft);
  void send_control(TimePoint now, Raft& raft, const SessionChange& change);
  void drop_control();
  [[nodiscard]] bool has_next();
  void send_next(TimePoint now, Raft& raft);
  void rewind(std::size_t from);
  /// The latest sending of the command at `at` did nothing.
  void came_to_nothing(std::size_t at);
  void resend_overdue(TimePoint now);
  void refused(std::size_t at);
  [[nodiscard]] bool unacknowledged_before(std::size_t at) const;

  Unanswered pop_first();
  void finish_first(const CommandOutcome& outcome);
  void give_up(Unanswered& command);
  void expire(Unanswered& command);
  void replace(Unanswered& command);
  void answer_if_certain(Unanswered& command);
  void fail(Unanswered& command, const Error& reason);
  void lose(const Error& reason);

  Options options_;
  Outbox& outbox_;
  Dispatch& dispatch_;
  Backlog& backlog_;
  Duration grace_;  ///< before a deadline, for finding out what became of a command

  std::optional<SessionNumber> number_;
  std::uint64_t opening_ = 1;
  bool closing_ = false;
  std::optional<Sending> control_;  ///< what opens or closes the session, under way

  std::deque<Waiting> waiting_;        ///< have not left
  std::deque<Unanswered> unanswered_;  ///< have left, by sequence
  Sequence first_{1};                  ///< of `unanswered_`
  std::size_t next_ = 0;               ///< of `unanswered_`: what is sent next
  std::size_t considered_ = 0;         ///< of `unanswered_`: for giving up
  std::size_t expired_ = 0;            ///< of `unanswered_`: past their deadline
  std::size_t flight_;                 ///< how many may be on their way at once: what may find room
  std::optional<Term> sent_in_;        ///< what has left is in this term's part of the log, or lost
  Duration patience_{};
  int backoff_ = 1;  ///< how many patiences a sending is given: more, the more came to nothing
  std::optional<TimePoint> resend_due_;
  std::optional<TimePoint> held_until_;  ///< the leader had no room
  bool held_for_answer_ = false;         ///< it lacks something that is still on its way
  bool opening_refused_ = false;         ///< there were too many sessions a moment ago
};

}  // namespace tessera::core
