#pragma once

#include <tessera/groups/shell/member.h>

#include <atomic>
#include <cstddef>
#include <map>
#include <optional>
#include <set>

namespace tessera::shell {

/// What a caller asked of a member.
struct Operation {
  enum class Kind : std::uint8_t { execute, feed, read, admin, close_client };
  Kind kind = Kind::read;
  Bytes command;  ///< of `execute` and `feed`
  Consistency consistency = Consistency::weak;
  OnFull on_full = OnFull::wait;
  Member::Completion completion;
  core::AdminAction action{};  ///< of `admin`
  core::ClientId client = {};  ///< of `execute` and `close_client`
};

/// The operations of a member's callers: under way in the core, or waiting for room in it.
///
/// A caller's name for its operation stays the same while the core may know it by several, one
/// after the other: names the core has seen are never used again. Owned by the member's strand and
/// called on it, except `draw`.
class Requests {
 public:
  /// A name for a new operation. Any thread.
  [[nodiscard]] core::RequestId draw() { return core::RequestId{++drawn_}; }

  /// A name for a new client. Any thread.
  [[nodiscard]] core::ClientId draw_client() { return core::ClientId{++clients_drawn_}; }

  /// Takes `operation` in, to wait until it is begun. False: it was answered with `would_block`
  /// instead, because the queue is full.
  bool add(core::RequestId name, Operation operation);

  /// The operation that has waited longest.
  [[nodiscard]] std::optional<core::RequestId> first_waiting() const;
  [[nodiscard]] bool is_waiting(core::RequestId name) const { return waiting_.contains(name); }

  /// `name` is handed to the core now, under the name returned.
  struct Begun {
    core::RequestId name;
    core::RequestId inner;
    Operation::Kind kind;
    Consistency consistency;
    Bytes command;
    core::AdminAction action;
    core::ClientId client;
  };
  [[nodiscard]] Begun begin(core::RequestId name);

  /// Bytes of the commands under way in the core.
  [[nodiscard]] std::size_t bytes_begun() const { return bytes_begun_; }

  /// The core's answer. A caller that waits for room goes on waiting; true if it went to the
  /// caller, so that there may be room again.
  bool answer(core::Reply reply);

  /// The core's name of `name` if it is under way. One that waits is answered; of one that is
  /// gone there is nothing to do.
  [[nodiscard]] std::optional<core::RequestId> cancel(core::RequestId name);

  /// What a caller chose for `name`, which waits.
  [[nodiscard]] const Operation& operation(core::RequestId name) const {
    return held_.at(name).operation;
  }

  /// Answers `name` with `reason`.
  void fail(core::RequestId name, const Error& reason);
  /// Answers everybody with `reason`.
  void fail_all(const Error& reason);

 private:
  struct Held {
    Operation operation;
    core::RequestId inner;  ///< none while it waits
  };
  void drop_from_queue(core::RequestId name, const Operation& operation);

  std::atomic<std::uint64_t> drawn_ = 0;
  std::atomic<std::uint64_t> clients_drawn_ = 0;
  std::map<core::RequestId, Held> held_;
  std::map<core::RequestId, core::RequestId> by_inner_;
  std::set<core::RequestId> waiting_;
  std::size_t waiting_bytes_ = 0;
  std::size_t bytes_begun_ = 0;
};

}  // namespace tessera::shell
