#pragma once

#include <tessera/groups/settings.h>
#include <tessera/runtime/group_handle.h>
#include <tessera/runtime/operation.h>
#include <tessera/storage/cursor.h>

#include <memory>
#include <utility>

/// `group.admin()`: what an operator may ask of a group, and of this member's store.
namespace tessera {

/// A handle, cheap to copy. Callable from any thread and on any member. Asking for what is so
/// already succeeds.
///
/// Changes of the group are done by the leader. They complete, under any Asio completion token,
/// with the position from which the change is in force; it is committed then. Errors: `not_allowed`
/// and `last_voter` (the group would lose its majority), `not_found` (no such member),
/// `invalid_argument`, `unknown_outcome` (no answer within the operation timeout), `offline` (no
/// leader was known), `group_closed`.
class Admin {
 public:
  explicit Admin(std::shared_ptr<const runtime::GroupHandle> group) : group_(std::move(group)) {}

  /// `peer`, a voter, leads.
  template <class Token = boost::asio::use_awaitable_t<>>
  auto transfer(const PeerId& peer, Token&& token = {}) const {
    return run({Kind::transfer, peer, {}}, std::forward<Token>(token));
  }
  /// `peer`, a learner, votes as soon as it has caught up.
  template <class Token = boost::asio::use_awaitable_t<>>
  auto promote(const PeerId& peer, Token&& token = {}) const {
    return run({Kind::promote, peer, {}}, std::forward<Token>(token));
  }
  /// `peer`, a voter, becomes a learner and stays one until it is promoted.
  template <class Token = boost::asio::use_awaitable_t<>>
  auto demote(const PeerId& peer, Token&& token = {}) const {
    return run({Kind::demote, peer, {}}, std::forward<Token>(token));
  }
  /// `peer` is no member any more. If it runs, its group ends there with `removed`; a node that
  /// joins again comes back as a learner.
  template <class Token = boost::asio::use_awaitable_t<>>
  auto remove(const PeerId& peer, Token&& token = {}) const {
    return run({Kind::remove, peer, {}}, std::forward<Token>(token));
  }
  /// The group runs with `settings`, all of them.
  template <class Token = boost::asio::use_awaitable_t<>>
  auto configure(const GroupSettings& settings, Token&& token = {}) const {
    return run({Kind::configure, {}, settings}, std::forward<Token>(token));
  }

  /// This member stores its state as it is now; a restart begins from there. Completes with the
  /// state's position when it is durable. Errors: `not_allowed` (the machine's StateSync strategy
  /// has no `save` and `restore`), `offline` (there is no state yet, or one is being installed),
  /// `group_closed`.
  template <class Token = boost::asio::use_awaitable_t<>>
  auto snapshot(Token&& token = {}) const {
    return run({Kind::snapshot, {}, {}}, std::forward<Token>(token));
  }
  /// This member drops the beginning of its log: up to its newest snapshot, and never more than the
  /// provider's `safe_to_prune_prefix` says nor what somebody is just catching up to. Completes
  /// with the position before the first entry that is left. Errors: `not_allowed` (there is no
  /// snapshot), `group_closed`.
  template <class Token = boost::asio::use_awaitable_t<>>
  auto prune(Token&& token = {}) const {
    return run({Kind::prune, {}, {}}, std::forward<Token>(token));
  }

 private:
  using Kind = core::AdminAction::Kind;

  template <class Token>
  auto run(core::AdminAction action, Token&& token) const {
    auto begin = [group = group_, action = std::move(action)](runtime::Finish<Cursor> finish) {
      return Admin::begin(*group, action, std::move(finish));
    };
    return runtime::run_operation<Cursor>(group_->executor, std::move(begin),
                                          std::forward<Token>(token));
  }
  static runtime::Cancel begin(const runtime::GroupHandle& group, const core::AdminAction& action,
                               runtime::Finish<Cursor> finish);

  std::shared_ptr<const runtime::GroupHandle> group_;
};

}  // namespace tessera
