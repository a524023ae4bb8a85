#include <tessera/net/channel/record_cipher.h>
#include <tessera/primitives/codec.h>
#include <tessera/primitives/hash.h>
#include <tessera/runtime/tool/bench/pipeline_bound.h>
#include <tessera/runtime/tool/bench/write_plan.h>
#include <tessera/statesync/snapshot_sync/part_cutter.h>
#include <tessera/statesync/snapshot_sync/part_list.h>
#include <tessera/statesync/snapshot_sync/settings.h>
#include <tessera/storage/rocks/rocks_store.h>

#include <algorithm>
#include <chrono>
#include <optional>
#include <thread>

namespace tessera::tool::bench {
namespace {

using Clock = std::chrono::steady_clock;

/// More would only take longer.
constexpr std::uint64_t sample_bytes_max = std::uint64_t{64} << 20U;
constexpr std::uint64_t sample_bytes_min = std::uint64_t{1} << 20U;
/// Entries are written so many bytes at a time, as a session that fetches them does.
constexpr std::size_t chunk_bytes = std::size_t{1} << 20U;
constexpr std::size_t record_bytes = std::size_t{64} << 10U;
constexpr storage::SnapshotId staged_snapshot{1};
constexpr std::string_view store_folder = "bound";

/// One measurement of all stages.
class Pipeline {
 public:
  Pipeline(storage::Store& store, const TransferShape& shape) : store_(store), shape_(shape) {
    WritePlan plan;
    plan.value_bytes = std::max<std::size_t>(1, shape.value_bytes);
    plan.count = std::clamp(shape.bytes, sample_bytes_min, sample_bytes_max) / plan.value_bytes;
    plan.keys = plan.count;
    snapshot_sync::PartCutter cutter{snapshot_sync::Settings().part_bytes};
    for (std::uint64_t place = 0; place < plan.count; ++place) {
      Put put = plan.at(place);
      bytes_ += put.value.size();
      if (shape.moves == StrategyRow::Moves::entries) {
        entries_.push_back(
            {{Term(1), Index(place + 1)}, EntryKind::command, LogTime(1), encode(put)});
      } else if (auto part = cutter.add(encode(Cell(put.key, put.value)).view())) {
        parts_.push_back(*std::move(part));
      }
    }
    if (auto last = cutter.finish()) parts_.push_back(*std::move(last));
    const std::vector<std::uint8_t> record(record_bytes + net::RecordCipher::tag_size, 0x5a);
    records_.assign((bytes_ + record_bytes - 1) / record_bytes, record);
  }

  Result<PipelineBound> measure() {
    PipelineBound bound;
    bound.cores = std::max(1U, std::thread::hardware_concurrency());
    const bool parts = shape_.moves == StrategyRow::Moves::parts;
    // Written first, so that there is something to read.
    if (auto failed = time("write", parts ? &Pipeline::write_parts : &Pipeline::write_entries)) {
      return *failed;
    }
    if (auto failed = time("read", parts ? &Pipeline::read_parts : &Pipeline::read_entries)) {
      return *failed;
    }
    if (auto failed = time("seal", &Pipeline::seal)) return *failed;
    if (auto failed = time("open", &Pipeline::open)) return *failed;
    // Entries have no digests of their own.
    if (parts) {
      if (auto failed = time("digest", &Pipeline::digest)) return *failed;
    }
    bound.stages = stages_;
    return bound;
  }

 private:
  using Step = Result<void> (Pipeline::*)();

  std::optional<Error> time(const char* name, Step step) {
    const auto began = Clock::now();
    if (auto done = (this->*step)(); !done) return done.error().within(name);
    const double seconds = std::chrono::duration<double>(Clock::now() - began).count();
    stages_.push_back({name, seconds / (static_cast<double>(bytes_) / 1e6)});
    return std::nullopt;
  }

  [[nodiscard]] static GroupId group() { return GroupId(UniqueId::from("bound")); }

  Result<void> write_parts() {
    storage::SnapshotManifest manifest;
    manifest.position = {Term(1), Index(1)};
    manifest.parts = static_cast<std::uint32_t>(parts_.size());
    storage::SnapshotStore& snapshots = store_.snapshots();
    if (auto done = snapshots.stage(group(), staged_snapshot, manifest); !done) return done;
    for (std::uint32_t number = 1; number <= parts_.size(); ++number) {
      const Bytes& part = parts_[number - 1];
      auto done = snapshots.put_part(group(), {staged_snapshot, number}, part.view());
      if (!done) return done;
    }
    return snapshots.complete(group(), staged_snapshot, manifest);
  }

  Result<void> read_parts() {
    for (std::uint32_t number = 1; number <= parts_.size(); ++number) {
      auto part = store_.snapshots().part(group(), {staged_snapshot, number});
      if (!part) return part.error();
    }
    return {};
  }

  Result<void> write_entries() {
    storage::GroupWrite write;
    write.group = group();
    write.storage = StorageId(UniqueId::from("bound"));
    for (std::size_t next = 0; next < entries_.size();) {
      write.entries.clear();
      std::size_t bytes = 0;
      for (; next < entries_.size() && bytes < chunk_bytes; ++next) {
        write.entries.push_back(entries_[next]);
        bytes += entries_[next].size();
      }
      if (auto done = store_.log().write({&write, 1}); !done) return done;
      write.storage.reset();
    }
    return {};
  }

  Result<void> read_entries() {
    const Index last = entries_.back().position.index;
    for (Index from(1); from <= last;) {
      auto entries = store_.log().read(group(), {from, last, chunk_bytes});
      if (!entries) return entries.error();
      if (entries->empty()) return Error(Errc::damaged, "entries that were written are not there");
      from = entries->back().position.index + 1;
    }
    return {};
  }

  [[nodiscard]] net::RecordCipher cipher() const {
    const net::noise::CipherState::Key key(std::array<std::uint8_t, 32>{7});
    return net::RecordCipher(net::noise::CipherState(key), shape_.records);
  }

  Result<void> seal() {
    net::RecordCipher sealing = cipher();
    for (auto& each : records_) sealing.seal(each);
    return {};
  }

  Result<void> open() {
    net::RecordCipher opening = cipher();
    for (auto& each : records_) {
      if (auto opened = opening.open(each); !opened) return opened.error();
    }
    return {};
  }

  Result<void> digest() {
    std::size_t bytes = 0;
    for (const Bytes& part : parts_) bytes += snapshot_sync::describe(part).bytes;
    if (bytes == 0) return Error(Errc::damaged, "there are no parts");
    return {};
  }

  storage::Store& store_;
  TransferShape shape_;
  std::uint64_t bytes_ = 0;  ///< of values
  std::vector<RawEntry> entries_;
  std::vector<Bytes> parts_;
  std::vector<std::vector<std::uint8_t>> records_;  ///< what travels
  std::vector<Stage> stages_;
};

}  // namespace

double PipelineBound::rate() const {
  double sum = 0;
  double slowest = 0;
  for (const Stage& stage : stages) {
    sum += stage.seconds_per_mb;
    slowest = std::max(slowest, stage.seconds_per_mb);
  }
  if (sum <= 0) return 0;
  return std::min(cores / sum, 1 / slowest);
}

Result<PipelineBound> measure_pipeline(const std::filesystem::path& folder,
                                       const TransferShape& shape) {
  storage::RocksOptions options;
  options.path = folder / store_folder;
  auto store = storage::open_rocks_store(options, PeerId(UniqueId::from("bound")));
  if (!store) return store.error();
  auto bound = Pipeline(**store, shape).measure();
  store->reset();
  std::error_code ignored;
  std::filesystem::remove_all(options.path, ignored);
  return bound;
}

}  // namespace tessera::tool::bench
