#pragma once

#include <tessera/groups/consistency.h>
#include <tessera/primitives/codec.h>
#include <tessera/runtime/admin.h>
#include <tessera/runtime/conditions.h>
#include <tessera/runtime/execute_many.h>
#include <tessera/runtime/group_handle.h>
#include <tessera/runtime/group_status.h>
#include <tessera/runtime/watch.h>
#include <tessera/statesync/adapter.h>

#include <memory>
#include <optional>
#include <utility>
#include <vector>

/// A member of a group, as the service holds it.
namespace tessera {

/// Where a command was applied, and what `apply` returned.
template <class M>
struct Applied {
  Cursor position;
  typename M::Result result{};
};

/// What a query found, and the position of the state it was answered from.
template <class M>
struct Answer {
  Cursor position;
  typename M::QueryResult result{};
};

using OnFull = shell::OnFull;

/// A handle, cheap to copy; when the last copy goes, the member closes (which is not leaving: its
/// place, data and identity stay). Every function is callable from any thread. Asynchronous ones
/// take any Asio completion token with the signature `void(error_code, T)`, complete on the
/// handler's executor, and may be cancelled through the token's slot.
template <class M>
class Group {
 public:
  using Command = typename M::Command;
  using Adapter = MachineAdapter<M>;

  explicit Group(runtime::GroupHandle handle)
      : handle_(std::make_shared<const runtime::GroupHandle>(std::move(handle))) {}

  [[nodiscard]] const runtime::GroupHandle& handle() const { return *handle_; }

  /// Executes `command`, exactly once and in order with the others of this handle and its copies:
  /// completes when it has been applied on this node. Until the operation timeout it is sent again
  /// whenever it may have been lost.
  ///
  /// Errors say what may be assumed: `not_committed` (certainly not applied), `unknown_outcome`
  /// (may have been, or may still be), `offline` (no leader took it in time; not applied),
  /// `session_unknown` (not applied: this node was away for so long that the group has forgotten
  /// it), `would_block`, `too_large`, `group_closed`, `result_too_large` (applied, but what `apply`
  /// returned is above the group's `result_max`). Cancelled before it left this node:
  /// `operation_aborted`; later: `unknown_outcome`.
  template <class Token = boost::asio::use_awaitable_t<>>
  auto execute(const Command& command, Token&& token = {}) const {
    auto begin = [group = handle_, options = options_,
                  encoded = try_encode(command)](runtime::Finish<Applied<M>> finish) {
      return Group::begin_execute(*group, encoded, options, std::move(finish));
    };
    return runtime::run_operation<Applied<M>>(handle_->executor, std::move(begin),
                                              std::forward<Token>(token));
  }

  /// Executes `commands` in order, all under way at once: completes when each has been applied on
  /// this node, with their results in the same order, or with the first error; the commands behind
  /// a failed one may have been applied.
  template <class Token = boost::asio::use_awaitable_t<>>
  auto execute_many(const std::vector<Command>& commands, Token&& token = {}) const {
    auto begin = [group = handle_, options = options_, encoded = runtime::encode_all(commands)](
                     runtime::Finish<std::vector<Applied<M>>> finish) {
      return Group::begin_many(*group, encoded, options, std::move(finish));
    };
    return runtime::run_operation<std::vector<Applied<M>>>(handle_->executor, std::move(begin),
                                                           std::forward<Token>(token));
  }

  /// Hands `command` over: completes with its position as soon as the leader has assigned it,
  /// which does not mean that it will be committed. Errors as of `execute`.
  template <class Token = boost::asio::use_awaitable_t<>>
  auto feed(const Command& command, Token&& token = {}) const {
    auto begin = [group = handle_, options = options_,
                  encoded = try_encode(command)](runtime::Finish<Cursor> finish) {
      return Group::begin_feed(*group, encoded, options, std::move(finish));
    };
    return runtime::run_operation<Cursor>(handle_->executor, std::move(begin),
                                          std::forward<Token>(token));
  }

  /// Asks this node's state machine. `Consistency::strong` sees every command acknowledged
  /// anywhere before the call; `weak` may lag behind. `query` runs on the group's strand.
  ///
  /// Errors: `offline` (no majority confirmed it in time), `would_block`, `machine_failed`,
  /// `group_closed`, `operation_aborted`.
  template <class Token = boost::asio::use_awaitable_t<>, class Asked = M>
  requires Queryable<Asked>
  auto query(typename Asked::Query query, Consistency consistency = Consistency::strong,
             Token&& token = {}) const {
    auto begin = [group = handle_, query = std::move(query),
                  consistency](runtime::Finish<Answer<M>> finish) {
      return Group::begin_query(*group, query, consistency, std::move(finish));
    };
    return runtime::run_operation<Answer<M>>(handle_->executor, std::move(begin),
                                             std::forward<Token>(token));
  }

  /// The same group through a handle whose commands fail with `would_block` instead of waiting
  /// (or wait again).
  [[nodiscard]] Group on_full(OnFull on_full) const {
    Group other = *this;
    other.options_.on_full = on_full;
    return other;
  }

  /// The same group through a handle with a client session of its own, shared by the copies of
  /// this handle and ended with the last of them. Commands of one session are applied in the order
  /// in which they were executed; one that is slow to be answered does not hold up other sessions.
  /// The group keeps at most `GroupSettings::sessions_max`.
  [[nodiscard]] Group session() const {
    Group other = *this;
    other.options_.client = std::make_shared<const runtime::ClientHandle>(handle_->member);
    return other;
  }

  [[nodiscard]] Conditions when() const { return Conditions(handle_); }
  /// A stream of what changes, from now on.
  [[nodiscard]] Watch watch() const { return Watch(handle_); }
  [[nodiscard]] GroupStatus status() const { return runtime::describe(handle_->member->status()); }

  /// None until the group key has been stretched.
  [[nodiscard]] GroupId id() const { return status().group; }
  [[nodiscard]] std::vector<MemberInfo> members() const { return status().members; }
  [[nodiscard]] std::optional<PeerId> leader() const { return status().leader; }
  [[nodiscard]] Cursor committed() const { return status().committed; }
  [[nodiscard]] Cursor applied() const { return status().applied; }
  /// The peers that are connected and have proved the group's key.
  [[nodiscard]] std::vector<PeerId> bonds() const { return status().bonds; }

  /// What an operator may ask of the group.
  [[nodiscard]] Admin admin() const { return Admin(handle_); }

  /// Stops this node's member, after handing leadership over if it leads: completes when what it
  /// wrote is on stable storage and it has fallen silent. Its place in the group, its data and its
  /// identity stay; the next `join()` with the same data resumes. Every operation under way
  /// completes: with `group_closed`, or with `unknown_outcome` if its command had left this node.
  /// Cannot be cancelled.
  template <class Token = boost::asio::use_awaitable_t<>>
  auto close(Token&& token = {}) const {
    auto begin = [group = handle_](runtime::Finish<> finish) -> runtime::Cancel {
      group->member->close([finish = std::move(finish)] { finish({}); });
      return {};
    };
    return runtime::run_operation<>(handle_->executor, std::move(begin),
                                    std::forward<Token>(token));
  }

  /// Gives this node's place in the group up: completes when its removal is committed, the member
  /// is closed and the group's data on this node is deleted. The next `join()` comes as somebody
  /// new. Errors: `last_voter`, `not_allowed` (without this vote no majority answers), `offline`,
  /// `unknown_outcome`; the member then goes on. Cannot be cancelled.
  template <class Token = boost::asio::use_awaitable_t<>>
  auto leave(Token&& token = {}) const {
    auto begin = [group = handle_](runtime::Finish<> finish) -> runtime::Cancel {
      group->member->leave([finish = std::move(finish)](const std::optional<Error>& error) {
        finish(error ? error->code() : boost::system::error_code{});
      });
      return {};
    };
    return runtime::run_operation<>(handle_->executor, std::move(begin),
                                    std::forward<Token>(token));
  }

 private:
  static Result<Applied<M>> decode_applied(const core::Reply& reply) {
    if (reply.error) return *reply.error;
    auto result = decode<typename M::Result>(reply.result);
    if (!result) return result.error();
    return Applied<M>{reply.position, *std::move(result)};
  }

  static runtime::Cancel begin_execute(const runtime::GroupHandle& group,
                                       const Result<Bytes>& encoded,
                                       const runtime::CallOptions& options,
                                       runtime::Finish<Applied<M>> finish) {
    if (!encoded) {
      finish(encoded.error().code(), {});
      return {};
    }
    auto done = [finish = std::move(finish)](const core::Reply& reply) {
      auto applied = decode_applied(reply);
      if (applied) {
        finish({}, *std::move(applied));
      } else {
        finish(applied.error().code(), {});
      }
    };
    const auto request =
        group.member->execute(*encoded, options.on_full, std::move(done), options.client_id());
    return runtime::cancel_request(group.member, request);
  }

  static runtime::Cancel begin_many(const runtime::GroupHandle& group,
                                    const Result<std::vector<Bytes>>& encoded,
                                    const runtime::CallOptions& options,
                                    runtime::Finish<std::vector<Applied<M>>> finish) {
    auto done = [finish = std::move(finish)](boost::system::error_code error,
                                             const std::vector<core::Reply>& replies) {
      std::vector<Applied<M>> applied;
      for (const core::Reply& reply : replies) {
        auto one = decode_applied(reply);
        if (!one && !error) error = one.error().code();
        if (one) applied.push_back(*std::move(one));
      }
      if (error) applied.clear();
      finish(error, std::move(applied));
    };
    return runtime::execute_many(group, encoded, options, std::move(done));
  }

  static runtime::Cancel begin_feed(const runtime::GroupHandle& group, const Result<Bytes>& encoded,
                                    const runtime::CallOptions& options,
                                    runtime::Finish<Cursor> finish) {
    if (!encoded) {
      finish(encoded.error().code(), {});
      return {};
    }
    auto done = [finish = std::move(finish)](const core::Reply& reply) {
      finish(reply.error ? reply.error->code() : boost::system::error_code{}, reply.position);
    };
    const auto request = group.member->feed(*encoded, options.on_full, std::move(done));
    return runtime::cancel_request(group.member, request);
  }

  template <class Query>
  static runtime::Cancel begin_query(const runtime::GroupHandle& group, const Query& query,
                                     Consistency consistency, runtime::Finish<Answer<M>> finish) {
    auto adapter = std::static_pointer_cast<const Adapter>(group.machine);
    auto done = [finish = std::move(finish), adapter, query](const core::Reply& reply) {
      if (reply.error) {
        finish(reply.error->code(), {});
        return;
      }
      auto result = adapter->query(query);
      if (result) {
        finish({}, Answer<M>{reply.position, *std::move(result)});
      } else {
        finish(result.error().code(), {});
      }
    };
    const auto request = group.member->read(consistency, std::move(done));
    return runtime::cancel_request(group.member, request);
  }

  std::shared_ptr<const runtime::GroupHandle> handle_;
  runtime::CallOptions options_;
};

}  // namespace tessera
