#pragma once

#include <tessera/runtime/group_handle.h>
#include <tessera/runtime/group_status.h>

#include <functional>
#include <memory>

/// `group.when()`: waits until something is true of the group.
namespace tessera {

/// Each wait completes at once if its condition holds, else when it next does; any number may
/// wait for the same. It completes with `operation_aborted` when the group is closed or its network
/// goes, and with the member's problem when the member has failed for good: it never hangs. May be
/// cancelled through the token's slot. A value; callable from any thread.
class Conditions {
 public:
  explicit Conditions(std::shared_ptr<const runtime::GroupHandle> group)
      : group_(std::move(group)) {}

  /// A leader is known, everything known to be committed at the start is applied, and no catch-up
  /// session is running.
  template <class Token = boost::asio::use_awaitable_t<>>
  auto online(Token&& token = {}) const {
    return wait([](const GroupStatus& now) { return now.online; }, std::forward<Token>(token));
  }
  template <class Token = boost::asio::use_awaitable_t<>>
  auto offline(Token&& token = {}) const {
    return wait([](const GroupStatus& now) { return !now.online; }, std::forward<Token>(token));
  }
  /// Some leader is known.
  template <class Token = boost::asio::use_awaitable_t<>>
  auto leader_elected(Token&& token = {}) const {
    return wait([](const GroupStatus& now) { return now.leader.has_value(); },
                std::forward<Token>(token));
  }
  /// Another leader is known than when this was called.
  template <class Token = boost::asio::use_awaitable_t<>>
  auto leader_changed(Token&& token = {}) const {
    return wait([first = status().leader](
                    const GroupStatus& now) { return now.leader && now.leader != first; },
                std::forward<Token>(token));
  }
  template <class Token = boost::asio::use_awaitable_t<>>
  auto leader_is(PeerId peer, Token&& token = {}) const {
    return wait([peer](const GroupStatus& now) { return now.leader == peer; },
                std::forward<Token>(token));
  }
  template <class Token = boost::asio::use_awaitable_t<>>
  auto is_leader(Token&& token = {}) const {
    return wait([](const GroupStatus& now) { return now.role == Role::leader; },
                std::forward<Token>(token));
  }
  template <class Token = boost::asio::use_awaitable_t<>>
  auto is_follower(Token&& token = {}) const {
    return wait([](const GroupStatus& now) { return now.role == Role::follower && now.leader; },
                std::forward<Token>(token));
  }
  /// This member knows that `position` is committed.
  template <class Token = boost::asio::use_awaitable_t<>>
  auto committed(Cursor position, Token&& token = {}) const {
    return wait(
        [position](const GroupStatus& now) { return now.committed.index >= position.index; },
        std::forward<Token>(token));
  }
  /// This member has applied everything up to `position`.
  template <class Token = boost::asio::use_awaitable_t<>>
  auto applied(Cursor position, Token&& token = {}) const {
    return wait([position](const GroupStatus& now) { return now.applied.index >= position.index; },
                std::forward<Token>(token));
  }
  /// The configuration has at least `count` members, learners included.
  template <class Token = boost::asio::use_awaitable_t<>>
  auto members(std::size_t count, Token&& token = {}) const {
    return wait([count](const GroupStatus& now) { return now.members.size() >= count; },
                std::forward<Token>(token));
  }
  /// Online, and everything this member knows to be committed is applied.
  template <class Token = boost::asio::use_awaitable_t<>>
  auto caught_up(Token&& token = {}) const {
    return wait(
        [](const GroupStatus& now) {
          return now.online && now.applied.index >= now.committed.index;
        },
        std::forward<Token>(token));
  }

 private:
  using Predicate = std::function<bool(const GroupStatus&)>;

  template <class Token>
  auto wait(Predicate predicate, Token&& token) const {
    auto begin = [group = group_, predicate = std::move(predicate)](runtime::Finish<> finish) {
      return Conditions::begin(*group, predicate, std::move(finish));
    };
    return runtime::run_operation<>(group_->executor, std::move(begin), std::forward<Token>(token));
  }

  [[nodiscard]] GroupStatus status() const;
  static runtime::Cancel begin(const runtime::GroupHandle& group, Predicate predicate,
                               runtime::Finish<> finish);

  std::shared_ptr<const runtime::GroupHandle> group_;
};

}  // namespace tessera
