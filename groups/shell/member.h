#pragma once

#include <tessera/groups/consistency.h>
#include <tessera/groups/core/effects.h>
#include <tessera/groups/core/status.h>
#include <tessera/primitives/bytes.h>
#include <tessera/primitives/error.h>
#include <tessera/primitives/ids.h>

#include <boost/asio/any_io_executor.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

/// A member of one group on this node, untyped: bytes in, bytes out.
///
/// Made by `Node::join`. The object is a handle shared by whoever holds the shared pointer; when
/// the last one goes, the member closes as by `close()`, without anybody waiting. All functions
/// are callable from any thread and none of them blocks. Completions and watchers run on the
/// member's strand, where the machine may be read; each completion runs exactly once, also after
/// the node has stopped (then with `group_closed`), provided the node's executor still runs.
namespace tessera::shell {

class MemberStrand;

/// What a full queue does to a caller.
enum class OnFull : std::uint8_t {
  wait,  ///< the operation waits, in order, until there is room
  fail,  ///< the operation fails with `would_block`
};

/// A peer that shares the key, but whose bond does not stand, and why.
struct BondProblem {
  PeerId peer;
  Error reason;
};

/// How far the machine is filled from the snapshot in force, which comes before the core runs.
struct RestoreStatus {
  std::uint32_t parts_done = 0;
  std::uint32_t parts_total = 0;
  std::uint64_t bytes = 0;  ///< of the parts done
};

/// One consistent view of the member: the core's and what the shell knows beside it.
struct MemberStatus {
  core::Status core;
  /// None until the key has been stretched.
  GroupId group;
  /// The store has been read and the core runs.
  bool started = false;
  RestoreStatus restore;
  /// It has been closed, or its node has stopped.
  bool closed = false;
  /// Peers of the node that are linked, whether they share this group or not.
  std::size_t links = 0;
  std::vector<BondProblem> bond_problems;
  /// Messages that were dropped because a queue to a peer or from one was full.
  std::uint64_t messages_dropped = 0;
  /// Why the member does not do what it should, if so, the most telling reason first.
  std::optional<Error> problem;
};

class Member {
 public:
  explicit Member(std::shared_ptr<MemberStrand> strand);
  ~Member();
  Member(const Member&) = delete;
  Member& operator=(const Member&) = delete;

  using Completion = std::function<void(core::Reply)>;

  /// Executes an encoded command exactly once, in order with the others of `client`. The reply
  /// comes when it has been applied on this member, or with the error that says what the caller
  /// may assume. Returns its name for `cancel`.
  core::RequestId execute(Bytes command, OnFull on_full, Completion completion,
                          core::ClientId client = {});

  /// A client with a session of its own, which the group keeps until `close_client`.
  [[nodiscard]] core::ClientId open_client();
  /// `client` executes no more.
  void close_client(core::ClientId client);

  /// Hands an encoded command over, outside of every session; the reply comes with the position as
  /// soon as the leader has assigned it.
  core::RequestId feed(Bytes command, OnFull on_full, Completion completion);

  /// Replies when the machine may be read: the completion reads it, on the strand, before it
  /// returns.
  core::RequestId read(Consistency consistency, Completion completion);

  /// Asks the leader to change the group; the reply comes when the change is committed.
  core::RequestId admin(core::AdminAction action, Completion completion);

  /// The caller no longer waits: replied with `operation_aborted` if the operation never left this
  /// member, else with `unknown_outcome`. Does nothing if it has been replied to.
  void cancel(core::RequestId request);

  /// Calls `callback` when a command that was refused with `would_block` may find room now.
  void on_capacity(std::function<void()> callback);

  [[nodiscard]] MemberStatus status() const;

  using Watcher = std::function<void(const MemberStatus&)>;
  using WatchId = std::uint64_t;
  /// Calls `watcher` with the present status, then with each that differs, in order.
  WatchId watch(Watcher watcher);
  /// No call begins after this one has been carried out on the strand; called on the strand
  /// (from a watcher): none begins at all.
  void unwatch(WatchId watch);

  /// Stops the member: it hands leadership over if it leads and that takes no longer than an
  /// election timeout, every operation completes with `group_closed`, its bonds end, and what it
  /// wrote is on stable storage when `closed` runs. Its data stays; a later join resumes.
  void close(std::function<void()> closed);

  /// Gives the member's place in the group up: asks for its removal, closes once that is committed,
  /// and deletes the group's data. `left` runs at the end; with an error the member stays as it is,
  /// except that `unknown_outcome` leaves open whether it was removed.
  void leave(std::function<void(std::optional<Error>)> left);

  /// Where completions run.
  [[nodiscard]] boost::asio::any_io_executor executor() const;

 private:
  std::shared_ptr<MemberStrand> strand_;
};

}  // namespace tessera::shell
