#include <tessera/net/channel/channel_reader.h>
#include <tessera/net/channel/channel_writer.h>
#include <tessera/net/channel/handshake.h>

#include <benchmark/benchmark.h>

#include <cstring>

/// What the secure channel costs: a handshake, and sealing and opening frames, by their size.
namespace {

using namespace tessera;
using namespace tessera::net;

RecordCipher cipher() {
  return RecordCipher(noise::CipherState(noise::CipherState::Key(std::array<std::uint8_t, 32>{7})));
}

HandshakeSettings settings_for(Role role) {
  HandshakeSettings settings;
  settings.identity = std::make_shared<const Identity>(Identity::generate());
  settings.static_keys = noise::KeyPair::generate();
  settings.role = role;
  return settings;
}

void carry(Handshake& from, Handshake& to, benchmark::State& state) {
  const std::vector<std::uint8_t> output = from.take_output();
  for (ByteView rest(output); !rest.empty();) {
    const std::size_t count = to.bytes_wanted();
    if (!to.feed(rest.first(count))) return state.SkipWithError("the handshake failed");
    rest = rest.subspan(count);
  }
}

void both_sides_of_a_handshake(benchmark::State& state) {
  const HandshakeSettings ours = settings_for(Role::dialler);
  const HandshakeSettings theirs = settings_for(Role::listener);
  for (auto _ : state) {
    Handshake dialler(ours);
    Handshake listener(theirs);
    carry(dialler, listener, state);
    carry(listener, dialler, state);
    carry(dialler, listener, state);
    benchmark::DoNotOptimize(listener.introduction().binding);
  }
}
BENCHMARK(both_sides_of_a_handshake);

constexpr std::size_t batch_bytes = std::size_t{256} << 10U;

std::deque<Frame> batch_of(std::size_t payload_size) {
  const Frame frame{1, 1, Bytes(std::vector<std::uint8_t>(payload_size, 0x5a))};
  return std::deque<Frame>(std::max<std::size_t>(1, batch_bytes / size_on_wire(frame)), frame);
}

void seal_frames(benchmark::State& state) {
  const auto payload_size = static_cast<std::size_t>(state.range(0));
  const std::deque<Frame> batch = batch_of(payload_size);
  ChannelWriter writer(cipher());
  std::vector<std::uint8_t> wire;
  for (auto _ : state) {
    std::deque<Frame> frames = batch;
    wire.clear();
    writer.frames(frames, std::numeric_limits<std::size_t>::max(), wire);
  }
  state.SetBytesProcessed(state.iterations() *
                          static_cast<std::int64_t>(batch.size() * payload_size));
}
BENCHMARK(seal_frames)->RangeMultiplier(16)->Range(64, 1 << 20);

void seal_and_open_frames(benchmark::State& state) {
  const auto payload_size = static_cast<std::size_t>(state.range(0));
  const std::deque<Frame> batch = batch_of(payload_size);
  ChannelWriter writer(cipher());
  ChannelReader reader(cipher(), {});
  std::vector<std::uint8_t> wire;
  for (auto _ : state) {
    std::deque<Frame> frames = batch;
    wire.clear();
    writer.frames(frames, std::numeric_limits<std::size_t>::max(), wire);
    std::size_t arrived = 0;
    for (ByteView rest(wire); arrived < batch.size();) {
      const auto event = reader.next();
      if (!event) return state.SkipWithError("the stream does not open");
      if (*event) {
        ++arrived;
        continue;
      }
      const std::span<std::uint8_t> space = reader.space();
      const std::size_t count = std::min(space.size(), rest.size());
      std::memcpy(space.data(), rest.data(), count);
      reader.filled(count);
      rest = rest.subspan(count);
    }
  }
  state.SetBytesProcessed(state.iterations() *
                          static_cast<std::int64_t>(batch.size() * payload_size));
}
BENCHMARK(seal_and_open_frames)->RangeMultiplier(16)->Range(64, 1 << 20);

}  // namespace
