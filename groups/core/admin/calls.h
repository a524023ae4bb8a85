#pragma once

#include <tessera/groups/core/admin/desk.h>
#include <tessera/groups/core/outbox.h>

#include <cstdint>
#include <map>
#include <optional>

/// The asker's side of admin operations: sends each to whoever leads, again and again, until it is
/// answered or its time is over. Owned by `GroupCore`.
namespace tessera::core {

class AdminCalls {
 public:
  struct Options {
    PeerId self;
    std::uint64_t run = 0;
    std::chrono::milliseconds timeout{10'000};
  };
  AdminCalls(const Options& options, Outbox& outbox) : options_(options), outbox_(outbox) {}

  void add(TimePoint now, RequestId request, AdminAction action);
  void cancel(RequestId request);
  void receive(const AdminResponse& response);
  /// Sends what is due to the leader; what this member leads goes to its own desk.
  void pump(TimePoint now, const Raft& raft, AdminDesk& desk);
  void tick(TimePoint now);
  [[nodiscard]] std::optional<TimePoint> next_deadline() const;
  void fail_all(const Error& reason);

 private:
  struct Call {
    RequestId request;
    AdminAction action;
    TimePoint deadline;
    std::optional<PeerId> sent_to;
    std::optional<TimePoint> send_again;  ///< if a leader is there to be asked
  };
  void finish(std::map<std::uint64_t, Call>::iterator call, std::optional<Error> error,
              Cursor position);

  Options options_;
  Outbox& outbox_;
  std::map<std::uint64_t, Call> calls_;  ///< by number
  std::uint64_t last_ = 0;
};

}  // namespace tessera::core
