#pragma once

#include <tessera/conformance/kit/subject.h>
#include <tessera/conformance/kit/workload.h>
#include <tessera/conformance/tape.h>
#include <tessera/statesync/adapter.h>

#include <algorithm>
#include <iterator>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

/// The thin layer between a user's types and the suite: the machine `M` with the strategy `S`,
/// which need not be the one that `M` names, behind the adapter that production uses.
namespace tessera::conformance {

template <class M>
[[nodiscard]] M make_machine() {
  if constexpr (requires { Workload<M>::machine(); }) {
    return Workload<M>::machine();
  } else {
    return M{};
  }
}

template <class M, class S>
[[nodiscard]] S choose_strategy([[maybe_unused]] const M& machine) {
  if constexpr (requires { Settings<S>::strategy(); }) {
    return Settings<S>::strategy();
  } else if constexpr (std::is_same_v<S, typename M::StateSync>) {
    return machine.state_sync();
  } else {
    return S{};
  }
}

template <class M, class S>
class TypedSpecimen final : public Specimen {
 public:
  TypedSpecimen() : adapter_([] { return make_machine<M>(); }, choose_strategy<M, S>) {}

  [[nodiscard]] MachinePort& machine() override { return adapter_; }
  [[nodiscard]] CatchUpStrategy& strategy() override { return adapter_; }
  [[nodiscard]] std::uint64_t digest() const override {
    return sim::fingerprint(UniqueId(Workload<M>::digest(adapter_.machine())).view());
  }
  void observe(SyncObserver observer) override { adapter_.observe(std::move(observer)); }

 private:
  MachineAdapter<M, S> adapter_;
};

template <class M, class S>
class TypedSubject final : public Subject {
 public:
  [[nodiscard]] std::unique_ptr<Specimen> make() const override {
    return std::make_unique<TypedSpecimen<M, S>>();
  }
  [[nodiscard]] Bytes command(std::uint64_t number) const override {
    const typename M::Command command = Workload<M>::command(number);
    return encode(command);
  }
  [[nodiscard]] Promises promises() const override {
    Promises stated;
    if constexpr (requires { Settings<S>::verifies; }) stated.verifies = Settings<S>::verifies;
    if constexpr (requires { Settings<S>::memory_max; }) {
      stated.memory_max = Settings<S>::memory_max;
    }
    return stated;
  }
  [[nodiscard]] UniqueId signature() const override {
    return choose_strategy<M, S>(make_machine<M>()).signature();
  }
  [[nodiscard]] std::vector<UniqueId> other_signatures() const override {
    std::vector<UniqueId> signatures;
    if constexpr (requires { Settings<S>::others(); }) {
      const std::vector<S> others = Settings<S>::others();
      std::transform(others.begin(), others.end(), std::back_inserter(signatures),
                     [](const S& other) { return UniqueId(other.signature()); });
    }
    return signatures;
  }
};

}  // namespace tessera::conformance
