#include <tessera/conformance/model.h>
#include <tessera/primitives/codec.h>

namespace tessera::sim {

std::optional<std::uint64_t> TapeModel::id_of(ByteView command) const {
  return sim::id_of(command);
}

Bytes TapeModel::apply(const Bytes& command, const ApplyContext& context, Tape& tape) {
  return encode(tape.apply(command.view(), context.position().index));
}

GroupId simulated_group() { return GroupId(UniqueId::from("the simulated group")); }

}  // namespace tessera::sim
