#pragma once

#include <tessera/groups/catch_up.h>
#include <tessera/groups/machine_port.h>
#include <tessera/groups/state_machine.h>
#include <tessera/statesync/session_adapter.h>
#include <tessera/statesync/state_sync.h>

#include <concepts>
#include <functional>
#include <memory>
#include <optional>
#include <utility>

/// One member's state machine and strategy behind the untyped ports of the core.
///
/// Made by the builder in runtime/, owned by whatever owns the member's core, and outliving the
/// core with its providers and sessions. Everything is called on the group's strand. Exceptions
/// from the machine or strategy do not get out, except from the constructor.
namespace tessera {

namespace statesync {

[[nodiscard]] Error machine_threw(std::string_view doing, const std::string& what);
[[nodiscard]] Error command_unreadable(Cursor position, const Error& why);

}  // namespace statesync

template <class M, class S = typename M::StateSync>
class MachineAdapter final : public MachinePort, public CatchUpStrategy {
 public:
  using Machine = M;
  using Command = typename M::Command;
  using Strategy = S;
  using Message = typename Strategy::Message;
  /// Makes the machine in its initial state, as often as a member must start over.
  using Factory = std::function<M()>;

  /// `make` is called once now, and once for each `reset` and `load`. Throws what `make`,
  /// `state_sync` or `signature` throw.
  explicit MachineAdapter(Factory make)
      : MachineAdapter(std::move(make), [](const M& machine) { return machine.state_sync(); }) {}

  /// `choose` gives the strategy in place of `state_sync`, which is how one machine is tried with
  /// several.
  template <class Choose>
  MachineAdapter(Factory make, const Choose& choose)
      : make_(std::move(make)),
        home_{std::unique_ptr<M>(new M(make_())), {}},
        strategy_(choose(std::as_const(*home_.machine))),
        signature_(home_.machine->signature()),
        strategy_signature_(strategy_.signature()) {
    require_state_machine<M>();
    require_state_sync<Strategy, M>();
  }

  /// A copy of `initial` is the machine's initial state.
  explicit MachineAdapter(M initial) requires std::copy_constructible<M>
      : MachineAdapter(Factory([first = std::move(initial)] { return first; })) {}

  MachineAdapter(const MachineAdapter&) = delete;
  MachineAdapter& operator=(const MachineAdapter&) = delete;

  /// Where oddities of strategy and peers are told. Call before the core starts.
  void observe(SyncObserver observer) { home_.observer = std::move(observer); }

  [[nodiscard]] const M& machine() const { return *home_.machine; }
  [[nodiscard]] const Strategy& strategy() const { return strategy_; }
  /// Of the machine, and of its strategy, as they were at the start: parts of the group id.
  [[nodiscard]] UniqueId signature() const { return signature_; }
  [[nodiscard]] UniqueId strategy_signature() const { return strategy_signature_; }

  /// How far a machine with durable state of its own is; nothing for others.
  [[nodiscard]] std::optional<Cursor> durable_position() const {
    if constexpr (KnowsDurablePosition<M>) {
      return home_.machine->durable_position();
    } else {
      return std::nullopt;
    }
  }

  /// Answers from the state as it is. `machine_failed` if the machine threw.
  template <class Asked = M>
  requires Queryable<Asked>
  [[nodiscard]] Result<typename Asked::QueryResult> query(
      const typename Asked::Query& query) const {
    std::optional<typename Asked::QueryResult> answer;
    auto thrown = statesync::attempt([&] { answer.emplace(home_.machine->query(query)); });
    if (thrown) return statesync::machine_threw("answering a query", *thrown);
    return *std::move(answer);
  }

  // MachinePort

  [[nodiscard]] bool accepts(ByteView command) const override {
    return decode<Command>(command).has_value();
  }

  Result<Bytes> apply(const Bytes& command, const ApplyContext& context) override {
    auto decoded = decode<Command>(command);
    if (!decoded) return statesync::command_unreadable(context.position(), decoded.error());
    std::optional<Result<Bytes>> result;
    auto thrown = statesync::attempt([&] {
      const typename M::Result value = home_.machine->apply(std::as_const(*decoded), context);
      result.emplace(try_encode(value));
    });
    if (thrown) {
      return statesync::machine_threw("applying entry " + context.position().to_string(), *thrown);
    }
    if (!*result) {
      return statesync::machine_threw("encoding the result of " + context.position().to_string(),
                                      result->error().message());
    }
    return *std::move(result);
  }

  Result<void> reset() override {
    auto thrown = statesync::attempt([&] { home_.machine.reset(new M(make_())); });
    if (thrown) return statesync::machine_threw("making the initial machine", *thrown);
    return {};
  }

  // CatchUpStrategy

  std::unique_ptr<CatchUpProvider> create_provider(ProviderContext& cx) override {
    return std::make_unique<ProviderAdapter<Strategy>>(parts(), cx);
  }

  std::unique_ptr<CatchUpSession> create_session(SessionStart start, SessionContext& cx) override {
    return std::make_unique<SessionAdapter<Strategy>>(parts(), std::move(start), cx);
  }

  [[nodiscard]] bool saves() const override { return SavesState<Strategy>; }

  [[nodiscard]] Result<Bytes> save() const override {
    std::optional<Result<Bytes>> saved;
    auto thrown = statesync::attempt([&] {
      if constexpr (SavesState<Strategy>) {
        saved.emplace(
            encode_saved<SavedState<Strategy>>(strategy_.save(std::as_const(*home_.machine))));
      }
    });
    check(thrown || saved, "save() is called only if saves()");
    if (thrown) return statesync::machine_threw("saving the machine", *thrown);
    return *std::move(saved);
  }

  Result<void> load(const Bytes& saved) override {
    check(saves(), "load() is called only if saves()");
    if constexpr (SavesState<Strategy>) {
      auto state = decode_saved<SavedState<Strategy>>(saved);
      if (!state) return std::move(state).error().within("the saved machine");
      std::unique_ptr<M> fresh;
      auto thrown = statesync::attempt([&] {
        fresh.reset(new M(make_()));
        strategy_.restore(*fresh, std::as_const(*state));
      });
      if (thrown) return statesync::machine_threw("loading the saved machine", *thrown);
      loaded_ = std::move(fresh);
    }
    return {};
  }

  void adopt() override {
    check(loaded_ != nullptr, "adopt() follows a load() that succeeded");
    home_.machine = std::move(loaded_);
  }

 private:
  [[nodiscard]] typename ProviderAdapter<Strategy>::Parts parts() {
    return {strategy_, home_, handed_back_};
  }

  Factory make_;
  SyncHome<M> home_;
  std::unique_ptr<M> loaded_;  // waits for `adopt`
  Strategy strategy_;
  UniqueId signature_;
  UniqueId strategy_signature_;
  HandedBack<Message> handed_back_;
};

}  // namespace tessera
