#include <tessera/runtime/collections/map_content.h>
#include <tessera/statesync/stored_map.h>
#include <tessera/storage/rocks/rocks_store.h>

#include <benchmark/benchmark.h>

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <unistd.h>

/// How long a group stands still while a view of a machine is taken, by the number of its entries
/// of 256 bytes: of the built-in map, which is in memory; of a map in the node's store; and, to
/// compare with, of a map that is copied.
namespace {

using namespace tessera;

constexpr std::size_t value_bytes = 256;

template <class Content>
void fill(Content& content, std::int64_t rows) {
  for (std::int64_t row = 0; row < rows; ++row) {
    content.exchange("key " + std::to_string(row), std::string(value_bytes, 'x'));
  }
}

/// Reads nothing: that happens while the group goes on.
template <class Content>
void take_views(benchmark::State& state, const Content& content) {
  for (auto _ : state) {
    std::optional view(content.view());
    benchmark::DoNotOptimize(&*view);
    state.PauseTiming();
    view.reset();
    state.ResumeTiming();
  }
}

void view_of_the_map(benchmark::State& state) {
  MapContent<std::string, std::string> content;
  fill(content, state.range(0));
  take_views(state, content);
}

void view_of_a_map_in_the_store(benchmark::State& state) {
  const auto folder =
      std::filesystem::temp_directory_path() / ("tessera-pause-bench-" + std::to_string(getpid()));
  {
    storage::RocksOptions options;
    options.path = folder;
    auto store = storage::open_rocks_store(options, PeerId(UniqueId::from("bench")));
    if (!store) {
      state.SkipWithError(store.error().message().c_str());
      return;
    }
    StoredMap<std::string, std::string> content;
    content.keep_in((*store)->tables()->make());
    fill(content, state.range(0));
    take_views(state, content);
  }
  std::filesystem::remove_all(folder);
}

void copy_of_a_map(benchmark::State& state) {
  MapContent<std::string, std::string> content;
  fill(content, state.range(0));
  for (auto _ : state) {
    auto copy = std::make_unique<std::map<std::string, std::string>>(content.copy());
    benchmark::DoNotOptimize(copy->size());
    // The copy goes when the snapshot has been written: not while the group waits for the view.
    state.PauseTiming();
    copy.reset();
    state.ResumeTiming();
  }
}

BENCHMARK(view_of_the_map)->Arg(10'000)->Arg(1'000'000)->Unit(benchmark::kMicrosecond);
BENCHMARK(view_of_a_map_in_the_store)->Arg(10'000)->Arg(1'000'000)->Unit(benchmark::kMicrosecond);
BENCHMARK(copy_of_a_map)->Arg(10'000)->Arg(1'000'000)->Unit(benchmark::kMicrosecond);

}  // namespace
