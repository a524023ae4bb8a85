#include <tessera/groups/core/entry_data.h>
#include <tessera/primitives/codec.h>

namespace tessera::core {
namespace {

/// Decodes a value that can also say of itself whether it makes sense.
template <class T>
Result<T> decode_valid(const Bytes& data) {
  auto value = decode<T>(data);
  if (!value) return value;
  if (auto valid = value->validate(); !valid) return valid.error();
  return value;
}

}  // namespace

Bytes encode_configuration(const Configuration& configuration) { return encode(configuration); }

Result<Configuration> decode_configuration(const Bytes& data) {
  return decode_valid<Configuration>(data);
}

Bytes encode_settings(const GroupSettings& settings) { return encode(settings); }

Result<GroupSettings> decode_settings(const Bytes& data) {
  return decode_valid<GroupSettings>(data);
}

Bytes encode_proposal(const Proposal& proposal) { return encode(proposal); }

Result<Proposal> decode_proposal(const Bytes& data) {
  auto proposal = decode<Proposal>(data);
  if (!proposal) return proposal;
  if (auto valid = proposal->members.validate(); !valid) return valid.error();
  if (auto valid = proposal->settings.validate(); !valid) return valid.error();
  return proposal;
}

Bytes encode_anchor(const Anchor& anchor) { return encode(anchor); }

Result<Anchor> decode_anchor(const Bytes& data) { return decode<Anchor>(data); }

Bytes encode_runtime_part(const RuntimePart& part) { return encode(part); }

Result<RuntimePart> decode_runtime_part(const Bytes& data) {
  auto part = decode<RuntimePart>(data);
  if (!part) return part;
  if (auto valid = part->configuration.validate(); !valid) return valid.error();
  if (auto valid = part->settings.validate(); !valid) return valid.error();
  if (auto valid = part->sessions.validate(); !valid) return valid.error();
  return part;
}

}  // namespace tessera::core
