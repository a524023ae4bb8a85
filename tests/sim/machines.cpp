#include <tessera/conformance/cast.h>
#include <tessera/conformance/machines.h>
#include <tessera/conformance/replay_tape.h>
#include <tessera/conformance/whole_tape.h>
#include <tessera/statesync/adapter.h>

#include <string>
#include <utility>

namespace tessera::sim {
namespace {

MachineParts make_whole_tape() {
  auto machine = std::make_shared<TapeMachine>();
  auto strategy = std::make_shared<WholeTape>(*machine);
  return {machine, std::move(strategy), machine};
}

/// A typed machine behind its adapter, as the invariants see it.
class AdaptedTape final : public WatchedMachine {
 public:
  using Adapter = MachineAdapter<ReplayTape>;

  AdaptedTape()
      : notes_(std::make_shared<ReplayTape::Notes>()),
        adapter_(std::make_shared<Adapter>([notes = notes_] { return ReplayTape(notes); })) {}

  [[nodiscard]] const Tape& tape() const override { return adapter_->machine().tape(); }
  std::vector<AppliedCommand> take_applied() override { return std::exchange(*notes_, {}); }
  [[nodiscard]] const std::shared_ptr<Adapter>& adapter() const { return adapter_; }

 private:
  std::shared_ptr<ReplayTape::Notes> notes_;
  std::shared_ptr<Adapter> adapter_;
};

MachineParts make_replay_tape() {
  auto watched = std::make_shared<AdaptedTape>();
  return {watched->adapter(), watched->adapter(), watched};
}

}  // namespace

MachineParts make_machine(Swarm::Strategy strategy) {
  return strategy == Swarm::Strategy::whole_state ? make_whole_tape() : make_replay_tape();
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
