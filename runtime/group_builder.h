#pragma once

#include <tessera/groups/durability.h>
#include <tessera/groups/genesis.h>
#include <tessera/groups/group_key.h>
#include <tessera/groups/leadership.h>
#include <tessera/groups/settings.h>
#include <tessera/groups/state_machine.h>
#include <tessera/runtime/group.h>
#include <tessera/runtime/joining.h>
#include <tessera/statesync/state_sync.h>

#include <concepts>
#include <functional>
#include <memory>
#include <type_traits>
#include <utility>

/// `network.group(key)...join()`: says how this node takes part in a group.
namespace tessera {

/// The builder once the machine is known; `join()` ends it. Movable.
template <class M>
class MachineGroupBuilder {
 public:
  /// `make`: makes the initial machine, once now. Throws what it throws.
  MachineGroupBuilder(runtime::Joining joining, std::function<M()> make)
      : joining_(std::move(joining)),
        make_(std::move(make)),
        adapter_(std::make_unique<MachineAdapter<M>>(make_)) {}

  MachineGroupBuilder& genesis(Genesis genesis) {
    joining_.genesis = std::move(genesis);
    return *this;
  }
  MachineGroupBuilder& settings(const GroupSettings& settings) {
    joining_.settings = settings;
    return *this;
  }
  MachineGroupBuilder& durability(Durability durability) {
    joining_.durability = durability;
    return *this;
  }
  MachineGroupBuilder& leadership(LeadershipPreference preference) {
    joining_.leadership = preference;
    return *this;
  }

  /// Takes part in the group. Neither blocks nor throws: what goes wrong later is the error of
  /// `when().online()` and of every operation, and `status().problem` in words. A group that this
  /// node has joined already gives a handle to the same member if the machine's type is the same,
  /// else one that says `machine_mismatch`.
  [[nodiscard]] Group<M> join() {
    // A machine serves one member only: joining again begins with another one.
    std::shared_ptr<MachineAdapter<M>> adapter = std::move(adapter_);
    if (!adapter) adapter = std::make_shared<MachineAdapter<M>>(make_);
    adapter->observe(runtime::sync_observer(*joining_.network));
    const runtime::Signatures signatures{adapter->signature(), adapter->strategy_signature()};
    return Group<M>(
        runtime::join(joining_, signatures, typeid(M), adapter, adapter.get(), adapter.get()));
  }

 private:
  runtime::Joining joining_;
  std::function<M()> make_;
  std::unique_ptr<MachineAdapter<M>> adapter_;  ///< of the next join, if it is made already
};

/// The builder as `Network::group` gives it. A value.
class GroupBuilder {
 public:
  explicit GroupBuilder(runtime::Joining joining) : joining_(std::move(joining)) {}

  /// This node's right to found the group; `Genesis::expect(3)` unless said otherwise.
  GroupBuilder& genesis(Genesis genesis) {
    joining_.genesis = std::move(genesis);
    return *this;
  }
  /// The settings of a new group; they live in its log from then on, and what is said here no
  /// longer matters. Invalid ones are the problem of the member.
  GroupBuilder& settings(const GroupSettings& settings) {
    joining_.settings = settings;
    return *this;
  }
  /// What this member's store gives, and the least that voters of a group founded here must.
  GroupBuilder& durability(Durability durability) {
    joining_.durability = durability;
    return *this;
  }
  /// How much this member wants to lead. An observer founds no group.
  GroupBuilder& leadership(LeadershipPreference preference) {
    joining_.leadership = preference;
    return *this;
  }

  /// What is replicated: `initial` is the state that every member begins with. Gives a
  /// `MachineGroupBuilder<M>`; says in words what `M` lacks, if it is no state machine.
  template <class M>
  requires(!std::invocable<M&>) [[nodiscard]] auto state_machine(M&& initial) {
    using Machine = std::decay_t<M>;
    static_assert(std::copy_constructible<Machine>,
                  "a machine that cannot be copied is given as a callable that makes it");
    return build<Machine>([&]() -> std::function<Machine()> {
      return [first = Machine(std::forward<M>(initial))] { return first; };
    });
  }
  /// The same by a callable that makes the initial machine, as often as a member must start over.
  template <class Make>
  requires std::invocable<Make&>
  [[nodiscard]] auto state_machine(Make make) {
    using Machine = std::decay_t<std::invoke_result_t<Make&>>;
    return build<Machine>([&] { return std::function<Machine()>(std::move(make)); });
  }

 private:
  /// The check comes first and, if it fails, alone: whatever names the parts of something that is
  /// no machine would bury its words under errors of the library's own insides.
  template <class M, class Factory>
  auto build(const Factory& factory) const {
    // Constant evaluation makes the compiler look at the checks now, not at the end of the file.
    constexpr bool machine_checked = (require_state_machine<M>(), true);
    if constexpr (machine_checked && StateMachine<M>) {
      constexpr bool strategy_checked = (require_state_sync<typename M::StateSync, M>(), true);
      if constexpr (strategy_checked && StateSyncFor<typename M::StateSync, M>) {
        return MachineGroupBuilder<M>(joining_, factory());
      }
    }
  }

  runtime::Joining joining_;
};

}  // namespace tessera
