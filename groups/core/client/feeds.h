#pragma once

#include <tessera/groups/core/client/backlog.h>
#include <tessera/groups/core/client/dispatch.h>

#include <map>
#include <optional>

/// The commands of `feed`: outside of every client session, answered as soon as the leader has
/// given them a position.
///
/// Each leaves once. It leaves again only if it was certainly not appended; of what is not
/// answered nobody can say what became of it. Owned by `Operations`.
namespace tessera::core {

class Feeds {
 public:
  Feeds(Outbox& outbox, Dispatch& dispatch, Backlog& backlog)
      : outbox_(outbox), dispatch_(dispatch), backlog_(backlog) {}

  void add(TimePoint deadline, RequestId request, const Bytes& command);
  /// False if it is none of these.
  bool cancel(RequestId request);

  void pump(TimePoint now, Raft& raft);
  /// What the leader says of the feed with this number.
  void answered(std::uint64_t number, const ForwardResponse& response);
  /// The first entry of `term` has been applied here.
  void term_began(Term term);
  /// What has left is lost, or may be.
  void fail_sent(const Error& reason);

  /// Fails what waits to leave.
  void refuse_waiting(const Error& reason);

  void tick(TimePoint now);
  [[nodiscard]] std::optional<TimePoint> next_deadline() const;
  void fail_all(const Error& reason);

 private:
  struct Feed {
    RequestId request;
    Bytes data;
    TimePoint deadline{};
    std::optional<Sending> sending;
  };
  using Table = std::map<std::uint64_t, Feed>;

  void assigned(Table::iterator at, const Cursor& position);
  Table::iterator fail(Table::iterator at, const Error& reason);
  Table::iterator erase(Table::iterator at);

  Outbox& outbox_;
  Dispatch& dispatch_;
  Backlog& backlog_;
  Table feeds_;
  std::uint64_t last_ = 0;
  std::uint64_t first_waiting_ = 1;  ///< nothing below this number waits to leave
};

}  // namespace tessera::core
