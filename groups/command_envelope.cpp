#include <tessera/groups/command_envelope.h>

#include <array>
#include <span>

namespace tessera {
namespace {

constexpr std::size_t number_size = sizeof(std::uint64_t);

void put(std::span<std::uint8_t, number_size> out, std::uint64_t number) {
  for (std::size_t at = 0; at < number_size; ++at) {
    out[at] = static_cast<std::uint8_t>(number >> (8 * at));
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
  std::array<std::uint8_t, header_size> header{};
  const std::span<std::uint8_t, header_size> out(header);
  put(out.subspan<0, number_size>(), origin.session.value());
  put(out.subspan<number_size, number_size>(), origin.sequence.value());
  put(out.subspan<2 * number_size, number_size>(), origin.unanswered.value());
  return Bytes::joined(header, command);
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
