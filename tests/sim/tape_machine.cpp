#include <tessera/conformance/tape_machine.h>
#include <tessera/primitives/codec.h>

namespace tessera::sim {

bool TapeMachine::accepts(ByteView command) const { return id_of(command).has_value(); }

Result<Bytes> TapeMachine::apply(const Bytes& command, const ApplyContext& context) {
  const auto id = id_of(command.view());
  if (!id) return Error(Errc::machine_failed, "not a command of the tape");
  applied_.push_back({context.position(), *id, fingerprint(command.view())});
  return encode(tape_.apply(command.view(), context.position().index));
}

Result<void> TapeMachine::reset() {
  tape_ = Tape{};
  return {};
}

}  // namespace tessera::sim
