// What encoding and decoding cost for the values that a busy group handles most.

#include <tessera/primitives/codec.h>
#include <tessera/primitives/ids.h>

#include <benchmark/benchmark.h>

namespace tessera::bench {
namespace {

/// A command as users write them.
struct Put {
  std::string key;
  std::string value;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(key, value);
  }
};

/// A batch as the library sends them: what is inside travels as `Bytes`.
struct Batch {
  PeerId leader;
  std::uint64_t term = 0;
  std::vector<Bytes> entries;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(leader, term, entries);
  }
};

Put put_of(std::int64_t value_size) {
  return {"a key of usual length", std::string(static_cast<std::size_t>(value_size), 'v')};
}

Batch batch_of(std::int64_t entries) {
  return {
      PeerId(UniqueId::from("leader")), 7,
      std::vector<Bytes>(static_cast<std::size_t>(entries), Bytes::copy(std::string(256, 'e')))};
}

std::map<std::string, std::uint64_t> map_of(std::int64_t size) {
  std::map<std::string, std::uint64_t> map;
  for (std::int64_t at = 0; at < size; ++at) map["key " + std::to_string(at)] = 1;
  return map;
}

template <class T>
void encode_one(benchmark::State& state, const T& value) {
  std::size_t size = 0;
  for (auto round : state) {
    const auto encoded = try_encode(value);
    size = encoded->size();
    benchmark::DoNotOptimize(encoded->data());
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(size));
}

template <class T>
void decode_one(benchmark::State& state, const T& value) {
  const Bytes encoded = encode(value);
  for (auto round : state) {
    const auto decoded = decode<T>(encoded);
    benchmark::DoNotOptimize(decoded.has_value());
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(encoded.size()));
}

void encode_put(benchmark::State& state) { encode_one(state, put_of(state.range(0))); }
void decode_put(benchmark::State& state) { decode_one(state, put_of(state.range(0))); }
void encode_batch(benchmark::State& state) { encode_one(state, batch_of(state.range(0))); }
void decode_batch(benchmark::State& state) { decode_one(state, batch_of(state.range(0))); }
void encode_map(benchmark::State& state) { encode_one(state, map_of(state.range(0))); }
void decode_map(benchmark::State& state) { decode_one(state, map_of(state.range(0))); }

BENCHMARK(encode_put)->Arg(16)->Arg(256)->Arg(65'536);
BENCHMARK(decode_put)->Arg(16)->Arg(256)->Arg(65'536);
BENCHMARK(encode_batch)->Arg(1)->Arg(64)->Arg(1024);
BENCHMARK(decode_batch)->Arg(1)->Arg(64)->Arg(1024);
BENCHMARK(encode_map)->Arg(1000);
BENCHMARK(decode_map)->Arg(1000);

}  // namespace
}  // namespace tessera::bench
