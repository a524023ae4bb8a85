#include <tessera/runtime/collections/map_content.h>

#include <benchmark/benchmark.h>

#include <cstdint>
#include <map>
#include <memory>
#include <string>

/// How long a group stands still while a view of a machine in memory is taken by copying it, by the
/// number of its entries of 256 bytes.
namespace {

using namespace tessera;

constexpr std::size_t value_bytes = 256;

/// What the built-in map holds.
void copy_of_the_map(benchmark::State& state) {
  MapContent<std::string, std::string> content;
  for (std::int64_t row = 0; row < state.range(0); ++row) {
    content.exchange("key " + std::to_string(row), std::string(value_bytes, 'x'));
  }
  for (auto _ : state) {
    auto copy = std::make_unique<std::map<std::string, std::string>>(content.copy());
    benchmark::DoNotOptimize(copy->size());
    // The copy goes when the snapshot has been written: not while the group waits for the view.
    state.PauseTiming();
    copy.reset();
    state.ResumeTiming();
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(copy_of_the_map)
    ->Arg(10'000)
    ->Arg(100'000)
    ->Arg(1'000'000)
    ->Unit(benchmark::kMillisecond);

}  // namespace
