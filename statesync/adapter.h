#pragma once

#include <tessera/groups/catch_up.h>
#include <tessera/groups/machine_port.h>
#include <tessera/groups/state_machine.h>
#include <tessera/statesync/saved_state.h>
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

  /// `make` is called once now, and once for each `reset` and `write_state`. Throws what `make`,
  /// `state_sync` or `signature` throw.
  explicit MachineAdapter(Factory make)
      : MachineAdapter(std::move(make), [](const M& machine) { return machine.state_sync(); }) {}

  /// `choose` gives the strategy in place of `state_sync`, which is how one machine is tried with
  /// several.
  template <class Choose>
  MachineAdapter(Factory make, const Choose& choose)
      : make_(std::move(make)),
        home_{fresh_machine(), {}},
        strategy_(choose(std::as_const(*home_.machine))),
        signature_(home_.machine->signature()),
        strategy_signature_(strategy_.signature()) {
    require_state_machine<M>();
    require_state_sync<Strategy, M>();
    put_in_service();
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
    auto thrown = statesync::attempt([&] {
      home_.machine = fresh_machine();
      put_in_service();
    });
    if (thrown) return statesync::machine_threw("making the initial machine", *thrown);
    return {};
  }

  Result<void> keep_in(std::shared_ptr<storage::MachineTables> tables) override {
    tables_ = std::move(tables);
    auto thrown = statesync::attempt([&] { give_table(*home_.machine); });
    if (thrown) return statesync::machine_threw("taking its table", *thrown);
    return {};
  }

  // CatchUpStrategy

  std::unique_ptr<CatchUpProvider> create_provider(ProviderContext& cx) override {
    return std::make_unique<ProviderAdapter<Strategy>>(parts(), cx);
  }

  std::unique_ptr<CatchUpSession> create_session(SessionStart start, SessionContext& cx) override {
    return std::make_unique<SessionAdapter<Strategy>>(parts(), std::move(start), cx);
  }

  [[nodiscard]] bool saves() const override {
    return SavesState<Strategy> || StreamsState<Strategy>;
  }

  [[nodiscard]] Result<std::unique_ptr<StateReader>> read_state() const override {
    check(saves(), "read_state() is called only if saves()");
    std::optional<Result<std::unique_ptr<StateReader>>> reader;
    auto thrown = statesync::attempt([&] {
      if constexpr (StreamsState<Strategy>) {
        reader.emplace(strategy_.read_state(std::as_const(*home_.machine)));
      } else if constexpr (SavesState<Strategy>) {
        auto saved =
            encode_saved<SavedState<Strategy>>(strategy_.save(std::as_const(*home_.machine)));
        if (saved) {
          reader.emplace(statesync::read_saved(*std::move(saved)));
        } else {
          reader.emplace(std::move(saved).error());
        }
      }
    });
    if (thrown) return statesync::machine_threw("saving the machine", *thrown);
    return *std::move(reader);
  }

  [[nodiscard]] Result<std::unique_ptr<StateWriter>> write_state(const Bytes& contents) override {
    check(saves(), "write_state() is called only if saves()");
    std::unique_ptr<StateWriter> writer;
    auto thrown = statesync::attempt([&] {
      auto fresh = std::make_unique<Fresh>(Fresh{fresh_machine(), nullptr});
      if constexpr (StreamsState<Strategy>) {
        fresh->parts = strategy_.write_state(*fresh->machine, contents);
      } else if constexpr (SavesState<Strategy>) {
        fresh->parts = statesync::write_saved(
            [this, machine = fresh->machine.get()](const Bytes& saved) -> Result<void> {
              auto state = decode_saved<SavedState<Strategy>>(saved);
              if (!state) return std::move(state).error().within("the saved machine");
              strategy_.restore(*machine, std::as_const(*state));
              return {};
            });
      }
      writer = std::make_unique<Loading>(*this, std::move(*fresh));
    });
    if (thrown) return statesync::machine_threw("making the initial machine", *thrown);
    return writer;
  }

  void adopt() override {
    check(loaded_ != nullptr, "adopt() follows a writer that has finished");
    home_.machine = std::move(loaded_);
    put_in_service();
  }

 private:
  [[nodiscard]] std::unique_ptr<M> fresh_machine() {
    std::unique_ptr<M> machine(new M(make_()));
    give_table(*machine);
    return machine;
  }
  void give_table(M& machine) {
    if constexpr (KeptInStore<M>) machine.keep_in(tables_->make());
  }
  void put_in_service() {
    if constexpr (KnowsItIsInService<M>) home_.machine->in_service();
  }

  [[nodiscard]] typename ProviderAdapter<Strategy>::Parts parts() {
    return {strategy_, home_, handed_back_};
  }

  /// A machine that is being filled, and what fills it.
  struct Fresh {
    std::unique_ptr<M> machine;
    std::unique_ptr<StateWriter> parts;
  };
  class Loading final : public StateWriter {
   public:
    Loading(MachineAdapter& home, Fresh fresh) : home_(home), fresh_(std::move(fresh)) {}

    Result<void> add(const Bytes& part) override {
      return attempted([&] { return fresh_.parts->add(part); });
    }
    Result<void> finish() override {
      auto finished = attempted([&] { return fresh_.parts->finish(); });
      if (finished) home_.loaded_ = std::move(fresh_.machine);
      return finished;
    }

   private:
    template <class Action>
    Result<void> attempted(Action action) {
      Result<void> result;
      auto thrown = statesync::attempt([&] { result = action(); });
      if (thrown) return statesync::machine_threw("loading the saved machine", *thrown);
      return result;
    }

    MachineAdapter& home_;
    Fresh fresh_;
  };

  Factory make_;
  /// Until a store is there: in memory.
  std::shared_ptr<storage::MachineTables> tables_ = storage::make_memory_tables();
  SyncHome<M> home_;
  std::unique_ptr<M> loaded_;  // waits for `adopt`
  Strategy strategy_;
  UniqueId signature_;
  UniqueId strategy_signature_;
  HandedBack<Message> handed_back_;
};

}  // namespace tessera
