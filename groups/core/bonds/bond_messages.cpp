#include <tessera/groups/core/bonds/bond_messages.h>
#include <tessera/primitives/codec.h>

namespace tessera::core {

// The index of the alternative is part of the encoding: new ones go to the end.
static_assert(std::variant_size_v<BondMessage> == 5);

Bytes encode_bond_message(const BondMessage& message) { return encode(message); }

Result<BondMessage> decode_bond_message(const Bytes& payload) {
  auto message = decode<BondMessage>(payload);
  if (!message) return message.error().within("a message about bonds");
  return message;
}

}  // namespace tessera::core
