#include <tessera/conformance/replay_tape.h>

namespace tessera::sim {

ReplayTape::StateSync ReplayTape::state_sync() const {
  // Small chunks and short waits: a simulated gap is small and a run is short.
  return StateSync{}
      .chunk_bytes(1U << 10U)
      .in_flight(2)
      .buffer_bytes(16U << 10U)
      .request_timeout(std::chrono::milliseconds{300})
      .ask_again(std::chrono::milliseconds{200});
}

ReplayTape::Result ReplayTape::apply(const Append& append, const ApplyContext& context) {
  const Bytes command = encode(append);
  notes_->push_back({context.position(), append.id, fingerprint(command.view())});
  return tape_.apply(command.view(), context.position().index);
}

}  // namespace tessera::sim
