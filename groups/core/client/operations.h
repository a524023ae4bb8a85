#pragma once

#include <tessera/groups/core/client/client_session.h>
#include <tessera/groups/core/client/feeds.h>

#include <map>
#include <optional>

/// The commands of this member's own callers, from the call to the answer.
///
/// Those to execute belong to a client, each of which has a session of its own in which they run
/// exactly once; those to feed stand for themselves. Owned by `GroupCore`. `raft` may be null as
/// long as there is no group.
namespace tessera::core {

class Operations {
 public:
  struct Options {
    SessionOwner owner;  ///< this run of this member
    std::chrono::milliseconds timeout{0};
    CoreLimits limits;
  };
  Operations(const Options& options, Outbox& outbox);

  // The callers.
  void execute(TimePoint now, RequestId request, ClientId client, Bytes command);
  void feed(TimePoint now, RequestId request, const Bytes& command);
  void cancel(RequestId request);
  /// The client will execute no more.
  void close(ClientId client);
  void tick(TimePoint now);
  [[nodiscard]] std::optional<TimePoint> next_deadline() const;
  void fail_all(const Error& reason);
  /// Fails what has not left yet: nobody takes it.
  void refuse_waiting(const Error& reason);

  // The leader.
  /// Lets everything that waits leave, if there is somebody to take it.
  void pump(TimePoint now, Raft* raft);
  void receive(TimePoint now, const ForwardResponse& response);

  // The log, as it is applied here.
  void opened(const OpenSession& opening, std::optional<SessionNumber> number);
  void closed(SessionNumber session);
  /// What became of a command, whoever sent it.
  void applied(const CommandOrigin& origin, const CommandOutcome& outcome);
  void skipped(const CommandOrigin& origin, const Cursor& position);
  void term_began(Term term);
  /// Entries up to `position` were skipped over: `table` is what they led to.
  void installed(const SessionTable& table, const Cursor& position);
  /// The group's founding was given up: its log is void.
  void withdrawn();

  void check_invariants() const;

 private:
  /// True if there is room for `command`; otherwise `request` has been answered.
  [[nodiscard]] bool has_room(RequestId request, const Bytes& command);
  [[nodiscard]] ClientSession* client_of(SessionNumber session);
  void note_numbers();

  Options options_;
  Outbox& outbox_;
  Dispatch dispatch_;
  Backlog backlog_;
  Feeds feeds_;
  std::map<ClientId, ClientSession> clients_;
  std::map<SessionNumber, ClientId> numbers_;  ///< of the clients that have a session
};

}  // namespace tessera::core
