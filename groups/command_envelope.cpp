#include <tessera/groups/command_envelope.h>

#include <vector>

namespace tessera {
namespace {

constexpr std::size_t number_size = sizeof(std::uint64_t);

void put(std::vector<std::uint8_t>& out, std::uint64_t number) {
  for (std::size_t at = 0; at < number_size; ++at) {
    out.push_back(static_cast<std::uint8_t>(number >> (8 * at)));
  }
}

std::uint64_t get(ByteView bytes) {
  std::uint64_t number = 0;
  for (std::size_t at = 0; at < number_size; ++at) {
    number |= static_cast<std::uint64_t>(bytes[at]) << (8 * at);
  }
  return number;
}

}  // namespace

static_assert(CommandEnvelope::header_size == 3 * number_size);

Bytes CommandEnvelope::wrap(const CommandOrigin& origin, ByteView command) {
  std::vector<std::uint8_t> data;
  data.reserve(header_size + command.size());
  put(data, origin.session.value());
  put(data, origin.sequence.value());
  put(data, origin.unanswered.value());
  data.insert(data.end(), command.begin(), command.end());
  return Bytes(std::move(data));
}

std::optional<CommandEnvelope> CommandEnvelope::open(const Bytes& data) {
  if (data.size() < header_size) return std::nullopt;
  CommandEnvelope envelope;
  envelope.origin.session = SessionNumber{get(data.view())};
  envelope.origin.sequence = Sequence{get(data.view().subspan(number_size))};
  envelope.origin.unanswered = Sequence{get(data.view().subspan(2 * number_size))};
  envelope.command = data.slice({header_size});
  return envelope;
}

}  // namespace tessera
