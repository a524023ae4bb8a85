#include <tessera/primitives/check.h>
#include <tessera/statesync/snapshot_sync/settings.h>
#include <tessera/statesync/snapshot_sync/state_parts.h>
#include <tessera/storage/rocks/rocks_store.h>

#include <benchmark/benchmark.h>

#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

/// What the stages of a snapshot cost, on 64 MiB of items of 256 bytes: cutting them into parts by
/// their contents, digesting the parts, staging them in RocksDB, and filling a machine from them.
/// The store lies in the folder for temporary files: set TMPDIR to the disk to be measured.
namespace {

using namespace tessera;
using snapshot_sync::PartList;

constexpr std::uint64_t items = 1U << 18U;
constexpr std::size_t item_bytes = 256;

/// A machine that costs nothing itself: its items are made when they are asked for, and counted
/// when they come.
class Source {
 public:
  class Snapshot {
   public:
    using Item = std::pair<std::uint64_t, std::string>;
    std::optional<Item> next() {
      if (at_ == items) return std::nullopt;
      std::string text(item_bytes, '\0');
      std::uint64_t word = at_ * 0x9e3779b97f4a7c15U;
      for (char& each : text) {
        word = word * 6364136223846793005U + 1442695040888963407U;
        each = static_cast<char>(word >> 56U);
      }
      return Item{at_++, std::move(text)};
    }

   private:
    std::uint64_t at_ = 0;
  };

  [[nodiscard]] Snapshot create_snapshot() const { return {}; }
  void install_snapshot(std::vector<Snapshot::Item> came) { count_ += came.size(); }
  [[nodiscard]] std::uint64_t count() const { return count_; }

 private:
  std::uint64_t count_ = 0;
};

std::size_t part_bytes() { return snapshot_sync::Settings().part_bytes; }

struct Cut {
  std::vector<Bytes> parts;
  PartList list;
  std::int64_t bytes = 0;
};

/// The same parts for every benchmark.
const Cut& cut() {
  static const Cut made = [] {
    Cut all;
    snapshot_sync::Reader<Source> reader(Source().create_snapshot(), part_bytes());
    for (;;) {
      auto part = reader.next();
      check(part.has_value(), "the items encode");
      if (!*part) break;
      all.bytes += static_cast<std::int64_t>((*part)->size());
      all.list.parts.push_back(snapshot_sync::describe(**part));
      all.parts.push_back(**std::move(part));
    }
    return all;
  }();
  return made;
}

void count_bytes(benchmark::State& state) {
  state.SetBytesProcessed(state.iterations() * cut().bytes);
}

/// Encoded items to parts, without the digests.
void cut_by_content(benchmark::State& state) {
  std::vector<Bytes> encoded;
  Source::Snapshot snapshot;
  while (const auto item = snapshot.next()) encoded.push_back(encode(*item));
  for (auto _ : state) {
    snapshot_sync::PartCutter cutter(part_bytes());
    std::size_t parts = 0;
    for (const Bytes& item : encoded) parts += cutter.add(item.view()) ? 1U : 0U;
    parts += cutter.finish() ? 1U : 0U;
    benchmark::DoNotOptimize(parts);
  }
  count_bytes(state);
}
BENCHMARK(cut_by_content)->Unit(benchmark::kMillisecond);

void digest_parts(benchmark::State& state) {
  for (auto _ : state) {
    for (const Bytes& part : cut().parts) benchmark::DoNotOptimize(snapshot_sync::describe(part));
  }
  count_bytes(state);
}
BENCHMARK(digest_parts)->Unit(benchmark::kMillisecond);

/// A store in a folder of its own.
class Folder {
 public:
  Folder() {
    std::string name = (std::filesystem::temp_directory_path() / "tessera-bench-XXXXXX").string();
    check(mkdtemp(name.data()) != nullptr, "a temporary folder can be made");
    path_ = name;
    storage::RocksOptions options;
    options.path = path_ / "store";
    auto opened = storage::open_rocks_store(options, PeerId(UniqueId::from("owner")));
    check(opened.has_value(), "the store opens");
    store_ = *std::move(opened);
  }
  ~Folder() {
    store_.reset();
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  [[nodiscard]] storage::SnapshotStore& snapshots() { return store_->snapshots(); }

 private:
  std::filesystem::path path_;
  std::unique_ptr<storage::Store> store_;
};

GroupId group() { return GroupId(UniqueId::from("group")); }

void stage_all(Folder& folder, storage::SnapshotId id) {
  storage::SnapshotManifest manifest;
  manifest.position = {Term(1), Index(1)};
  manifest.parts = static_cast<std::uint32_t>(cut().parts.size());
  check(folder.snapshots().stage(group(), id, manifest).has_value(), "staging begins");
  for (std::uint32_t number = 1; number <= manifest.parts; ++number) {
    const ByteView part = cut().parts[number - 1].view();
    check(folder.snapshots().put_part(group(), {id, number}, part).has_value(), "a part is kept");
  }
  check(folder.snapshots().complete(group(), id, manifest).has_value(), "it is complete");
}

/// Every part to the store, and all of it to the disk.
void stage_parts(benchmark::State& state) {
  Folder folder;
  storage::SnapshotId id;
  for (auto _ : state) {
    ++id;
    stage_all(folder, id);
    state.PauseTiming();
    check(folder.snapshots().drop_unused(group(), {}).has_value(), "what is old goes");
    state.ResumeTiming();
  }
  count_bytes(state);
}
BENCHMARK(stage_parts)->Unit(benchmark::kMillisecond)->UseRealTime();

/// From the store into a machine: read, checked by its digest, decoded.
void install_parts(benchmark::State& state) {
  Folder folder;
  const storage::SnapshotId id(1);
  stage_all(folder, id);
  for (auto _ : state) {
    Source machine;
    snapshot_sync::Writer<Source> writer(machine, cut().list);
    for (std::uint32_t number = 1; number <= cut().parts.size(); ++number) {
      const auto part = storage::required_part(folder.snapshots(), group(), {id, number});
      check(part.has_value(), "a part is there");
      check(writer.add(*part).has_value(), "a part is right");
    }
    check(writer.finish().has_value() && machine.count() == items, "all have come");
  }
  count_bytes(state);
}
BENCHMARK(install_parts)->Unit(benchmark::kMillisecond)->UseRealTime();

}  // namespace
