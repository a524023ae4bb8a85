#include <tessera/conformance/cast.h>
#include <tessera/conformance/machines.h>
#include <tessera/conformance/replay_tape.h>
#include <tessera/conformance/snapshot_tape.h>
#include <tessera/conformance/whole_tape.h>
#include <tessera/statesync/adapter.h>

#include <string>
#include <type_traits>
#include <utility>

namespace tessera::sim {
namespace {

MachineParts make_whole_tape() {
  auto machine = std::make_shared<TapeMachine>();
  auto strategy = std::make_shared<WholeTape>(*machine);
  return {machine, std::move(strategy), machine};
}

/// A typed machine behind its adapter, as the invariants see it.
template <class Typed>
class AdaptedTape final : public WatchedMachine {
 public:
  using Adapter = MachineAdapter<Typed>;

  AdaptedTape()
      : notes_(std::make_shared<typename Typed::Notes>()),
        adapter_(std::make_shared<Adapter>([notes = notes_, garbles = garbles_] {
          if constexpr (std::is_constructible_v<Typed, decltype(notes), decltype(garbles)>) {
            return Typed(notes, garbles);
          } else {
            return Typed(notes);
          }
        })) {}

  [[nodiscard]] const Tape& tape() const override { return adapter_->machine().tape(); }
  std::vector<AppliedCommand> take_applied() override { return std::exchange(*notes_, {}); }
  void garble() override { *garbles_ = true; }
  [[nodiscard]] const std::shared_ptr<Adapter>& adapter() const { return adapter_; }

 private:
  std::shared_ptr<typename Typed::Notes> notes_;
  std::shared_ptr<bool> garbles_ = std::make_shared<bool>(false);
  std::shared_ptr<Adapter> adapter_;
};

template <class Typed>
MachineParts make_adapted() {
  auto watched = std::make_shared<AdaptedTape<Typed>>();
  return {watched->adapter(), watched->adapter(), watched};
}

}  // namespace

MachineParts make_machine(Swarm::Strategy strategy) {
  switch (strategy) {
    case Swarm::Strategy::whole_state:
      return make_whole_tape();
    case Swarm::Strategy::log_replay:
      return make_adapted<ReplayTape>();
    case Swarm::Strategy::snapshot_sync:
      return make_adapted<SnapshotTape>();
  }
  return {};
}

Cast tape_cast(Swarm::Strategy strategy) {
  return {[strategy](std::size_t /*node*/, const Chronicle& /*chronicle*/) {
            return make_machine(strategy);
          },
          [] { return std::make_unique<TapeModel>(); },
          [](std::uint64_t id, std::uint64_t length) {
            return encode(Append{id, std::string(length, 'x')});
          }};
}

}  // namespace tessera::sim
