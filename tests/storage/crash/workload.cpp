#include "workload.h"

#include <tessera/primitives/check.h>

#include <algorithm>
#include <utility>

namespace tessera::storage::testing {
namespace {

constexpr std::size_t entries_max = 60;
constexpr std::size_t snapshots_max = 3;
constexpr std::array<const char*, 3> group_names{"a", "b", "c"};

}  // namespace

std::size_t History::returned_at(std::size_t operations) const {
  const auto later =
      std::ranges::find_if(steps_, [&](const Step& step) { return step.end > operations; });
  return static_cast<std::size_t>(later - steps_.begin());
}

Allowed History::allowed_at(std::size_t operations) const {
  const std::size_t returned = returned_at(operations);
  const bool under_way = returned < steps_.size() && steps_[returned].begin < operations;
  Allowed allowed;
  allowed.models.push_back(returned == 0 ? &before_ : &steps_[returned - 1].after);
  allowed.node_records.insert(allowed.models.back()->node_record);
  if (under_way) {
    allowed.models.push_back(&steps_[returned].after);
    allowed.node_records.insert(steps_[returned].after.node_record);
  }
  for (std::size_t i = under_way ? returned + 1 : returned; i-- > 0;) {
    const Step& step = steps_[i];
    if (step.synced && i < returned) {
      break;
    }
    allowed.node_records.insert(i == 0 ? "" : steps_[i - 1].after.node_record);
  }
  return allowed;
}

std::string History::under_way_at(std::size_t operations) const {
  const std::size_t returned = returned_at(operations);
  if (returned < steps_.size() && steps_[returned].begin < operations) {
    return "in step " + std::to_string(returned) + ", " + steps_[returned].what;
  }
  return "behind step " + std::to_string(returned);
}

Result<std::unique_ptr<Store>> open_small_store(const std::filesystem::path& path,
                                                rocksdb::Env* env) {
  rocks::Surroundings surroundings;
  surroundings.env = env;
  surroundings.sweep_bytes_min = 1;
  RocksOptions options;
  options.path = path;
  options.log_memtable_bytes = std::size_t{64} << 10U;
  options.cache_bytes = std::size_t{1} << 20U;
  return rocks::open_store(options, peer_named("owner"), surroundings);
}

Workload::Workload(std::filesystem::path path, rocksdb::Env* env, const DiskOperations& operations,
                   std::uint64_t seed)
    : path_(std::move(path)), env_(env), operations_(operations), random_(seed) {}

bool Workload::run(std::size_t steps) {
  bool well = open_again();
  while (well && history_.size() < steps) {
    well = step();
  }
  if (!well) {
    // Whatever is asked of it now, it refuses.
    for (int i = 0; i < 5 && misstep_.empty() && store_; ++i) {
      if (write()) {
        misstep_ = "a write succeeded behind a failure";
      }
    }
    model_ = {};
  }
  table_.reset();
  store_.reset();
  return well;
}

bool Workload::step() {
  const std::uint64_t draw = random_.below(1000);
  if (draw < 620) {
    return write();
  }
  if (draw < 850) {
    return change_snapshots();
  }
  if (draw < 900) {
    return keep_record();
  }
  if (draw < 950) {
    return use_tables();
  }
  if (draw < 990) {
    next_.synced = false;  // of the database, nothing
    return call("raise the watermark", [](Store& store) { return store.log().raise_watermark(); });
  }
  return draw < 995 ? erase_group() : open_again();
}

bool Workload::call(std::string what, const Call& call) {
  Step step = std::exchange(next_, {});
  step.what = std::move(what);
  step.begin = operations_.size();
  const auto done = call(*store_);
  step.end = done ? operations_.size() : SIZE_MAX;  // one that fails never returned
  step.after = model_;
  if (!done && !done.error().is(Errc::storage_failed)) {
    misstep_ = step.what + ": " + done.error().message();
  }
  if (!failed_) {
    history_.add(std::move(step));
  }
  failed_ |= !done.has_value();
  return done.has_value();
}

bool Workload::open_again() {
  Step step;
  step.what = "open";
  step.begin = operations_.size();
  table_.reset();
  store_.reset();
  auto opened = open_small_store(path_, env_);
  step.end = opened ? operations_.size() : SIZE_MAX;
  step.after = model_;
  history_.add(std::move(step));
  if (!opened) {
    if (opened.error().is(Errc::damaged) || opened.error().is(Errc::foreign)) {
      misstep_ = "open: " + opened.error().message();
    }
    return false;
  }
  store_ = *std::move(opened);
  return true;
}

bool Workload::write() {
  std::vector<GroupWrite> batch;
  const std::uint64_t count = 1 + random_.below(random_.chance({1, 4}) ? 4 : 1);
  for (std::uint64_t i = 0; i < count; ++i) {
    batch.push_back(draw_write(draw_group()));
  }
  return call("write", [&](Store& store) { return store.log().write(batch); });
}

bool Workload::change_snapshots() {
  const GroupId group = draw_group();
  const ModelGroup* model = model_.find(group);
  if (model == nullptr) {
    return true;
  }
  const auto open = std::ranges::find_if(model->snapshots,
                                         [](const auto& held) { return !held.second.complete; });
  if (open != model->snapshots.end() && random_.chance({9, 10})) {
    return random_.chance({3, 4}) ? put_part(group, open->first)
                                  : complete_snapshot(group, open->first);
  }
  return model->snapshots.size() < snapshots_max ? begin_snapshot(group) : drop_snapshots(group);
}

bool Workload::begin_snapshot(GroupId group) {
  ModelGroup& model = change(group);
  const auto open =
      std::ranges::find_if(model.snapshots, [](const auto& held) { return !held.second.complete; });
  // One that was not completed begins anew, under its name.
  const SnapshotId id = open != model.snapshots.end() ? open->first : SnapshotId(++serial_);
  ModelSnapshot snapshot;
  snapshot.manifest = {model.last(), Bytes(draw_text(30)), 0, Bytes(draw_text(10))};
  model.snapshots[id] = snapshot;
  return call("stage a snapshot",
              [&](Store& store) { return store.snapshots().stage(group, id, snapshot.manifest); });
}

bool Workload::put_part(GroupId group, SnapshotId id) {
  ModelSnapshot& snapshot = change(group).snapshots.at(id);
  const auto number = static_cast<std::uint32_t>(snapshot.parts.size() + 1);
  std::string data = draw_text(800);
  if (random_.chance({1, 40})) {
    data += std::string(150'000, static_cast<char>('a' + random_.below(26)));
  }
  snapshot.parts[number] = data;
  next_.synced = false;
  return call("put a part", [&](Store& store) {
    return store.snapshots().put_part(group, {id, number}, as_bytes(data));
  });
}

bool Workload::complete_snapshot(GroupId group, SnapshotId id) {
  ModelSnapshot& snapshot = change(group).snapshots.at(id);
  snapshot.complete = true;
  snapshot.manifest.parts = static_cast<std::uint32_t>(snapshot.parts.size());
  const SnapshotManifest manifest = snapshot.manifest;
  return call("complete a snapshot",
              [&](Store& store) { return store.snapshots().complete(group, id, manifest); });
}

bool Workload::drop_snapshots(GroupId group) {
  ModelGroup& model = change(group);
  const SnapshotId keep = model.snapshots.rbegin()->first;
  next_.synced = false;  // if there is nothing to drop
  for (auto held = model.snapshots.begin(); held != model.snapshots.end();) {
    const bool in_force = model.in_force && model.in_force->id == held->first;
    if (held->first == keep || in_force) {
      ++held;
      continue;
    }
    next_.synced = true;
    held = model.snapshots.erase(held);
  }
  return call("drop snapshots", [&](Store& store) {
    return store.snapshots().drop_unused(group, std::vector{keep});
  });
}

bool Workload::keep_record() {
  model_.node_record = std::to_string(++serial_);
  next_.synced = false;
  const Bytes record = Bytes::copy(model_.node_record);
  return call("keep a record",
              [&](Store& store) { return store.node_records().keep(node_record_name, record); });
}

/// Nothing of it outlives the store; it takes sequence numbers and memory.
bool Workload::use_tables() {
  const std::string key = std::to_string(random_.below(50));
  const std::string value = draw_text(4000);
  const bool anew = !table_ || random_.chance({1, 30});
  next_.synced = false;
  return call("use a table", [&](Store& store) -> Result<void> {
    if (anew) {
      table_ = store.tables()->make();
      if (auto added = table_->append(as_bytes("0"), as_bytes(value)); !added) {
        return added;
      }
    }
    return table_->put(as_bytes(key), as_bytes(value));
  });
}

bool Workload::erase_group() {
  const GroupId group = draw_group();
  model_.groups.erase(group);
  return call("erase a group", [&](Store& store) { return store.log().erase(group); });
}

GroupId Workload::draw_group() {
  return group_named(group_names[random_.below(group_names.size())]);
}

ModelGroup& Workload::change(GroupId group) {
  auto& held = model_.groups[group];
  auto copy = std::make_shared<ModelGroup>(held ? *held : ModelGroup{});
  ModelGroup& changed = *copy;
  held = std::move(copy);
  return changed;
}

std::string Workload::draw_text(std::size_t bytes_max) {
  return std::to_string(++serial_) + std::string(random_.below(bytes_max), '.');
}

GroupWrite Workload::draw_write(GroupId group) {
  GroupWrite write;
  write.group = group;
  ModelGroup& model = change(group);
  draw_identity(write, model);
  if (random_.chance({1, 4})) {
    write.hard = model.hard = HardState{
        model.hard.term + random_.below(2),
        random_.chance({1, 2}) ? std::optional(MemberId{peer_named("p"), storage_named("s")})
                               : std::nullopt,
        Index(random_.below(100))};
  }
  if (random_.chance({1, 40})) {
    write.reset = model.base =
        Cursor{model.last().term + random_.below(2), model.last().index + random_.below(300)};
    model.entries.clear();
  }
  if (random_.chance({5, 6})) {
    draw_entries(write, model);
  }
  draw_prune(write, model);
  draw_snapshot_in_force(write, model);
  return write;
}

void Workload::draw_identity(GroupWrite& write, ModelGroup& model) {
  if (model.storage.is_none()) {
    const std::string name = std::to_string(++serial_);
    write.storage = model.storage = storage_named(name);
    write.genesis = model.genesis = genesis_named(name);
    write.founding = Bytes::copy("founding");
  }
  if (random_.chance({1, 50})) {
    write.witness = Bytes(draw_text(50));
  }
}

void Workload::draw_entries(GroupWrite& write, ModelGroup& model) {
  if (!model.entries.empty() && random_.chance({1, 5})) {
    model.entries.resize(random_.below(model.entries.size()));
  }
  Cursor position = model.last();
  const std::uint64_t count = 1 + random_.below(random_.chance({1, 10}) ? 30 : 4);
  for (std::uint64_t i = 0; i < count; ++i) {
    position.term = position.term + (random_.chance({1, 8}) ? random_.below(3) : 0);
    ++position.index;
    RawEntry entry = command(position, draw_text(random_.chance({1, 30}) ? 9000 : 200));
    entry.kind = random_.chance({1, 10}) ? EntryKind::membership : EntryKind::command;
    write.entries.push_back(entry);
    model.entries.push_back(std::move(entry));
  }
}

void Workload::draw_prune(GroupWrite& write, ModelGroup& model) {
  if (model.entries.empty() || (model.entries.size() < entries_max && !random_.chance({1, 10}))) {
    return;
  }
  const std::uint64_t upto = 1 + random_.below(model.entries.size());
  write.prune = model.entries[upto - 1].position;
  model.entries.erase(model.entries.begin(),
                      model.entries.begin() + static_cast<std::ptrdiff_t>(upto));
  model.base = *write.prune;
}

void Workload::draw_snapshot_in_force(GroupWrite& write, ModelGroup& model) {
  if (!random_.chance({1, 5})) {
    return;
  }
  for (const auto& [id, snapshot] : model.snapshots) {
    if (snapshot.complete && (!model.in_force || model.in_force->id < id)) {
      write.snapshot = model.in_force = SnapshotRef{id, snapshot.manifest.position};
      return;
    }
  }
}

}  // namespace tessera::storage::testing
