#include <tessera/runtime/internal/repairing_store.h>
#include <tessera/runtime/internal/set_aside.h>

#include <string>
#include <utility>

namespace tessera::runtime {
namespace {

using storage::Store;

/// A store that stands in for one that was set aside.
class RepairedStore final : public Store {
 public:
  RepairedStore(std::unique_ptr<Store> store, Error why)
      : store_(std::move(store)), why_(std::move(why)) {}

  [[nodiscard]] storage::StoreRun run() const override { return store_->run(); }
  [[nodiscard]] bool durable() const override { return store_->durable(); }
  [[nodiscard]] std::optional<Error> repaired() const override { return why_; }
  [[nodiscard]] storage::LogStore& log() override { return store_->log(); }
  [[nodiscard]] storage::SnapshotStore& snapshots() override { return store_->snapshots(); }
  [[nodiscard]] storage::NodeRecords& node_records() override { return store_->node_records(); }
  [[nodiscard]] std::shared_ptr<storage::MachineTables> tables() override {
    return store_->tables();
  }

 private:
  std::unique_ptr<Store> store_;
  Error why_;
};

[[nodiscard]] std::filesystem::path note_of(const storage::RocksOptions& options) {
  return options.path.string() + ".repaired";
}

[[nodiscard]] std::string note_text(const storage::RocksOptions& options, const Error& damage) {
  return "the store in '" + options.path.string() + "' was damaged (" + damage.message() +
         ") and has been set aside as '" + options.path.filename().string() +
         ".damaged-<number>'. An empty one has taken its place, which gets its groups anew from "
         "their other members. Nobody knows what the damaged one had promised, so no new group is "
         "founded with the empty one. Delete this file and restart to allow that again, but only "
         "if every group that this node ever belonged to has other members, or is given up.\n";
}

/// What `open` gives, if it is there, as what it is.
[[nodiscard]] Result<std::unique_ptr<Store>> open_noted(const storage::RocksOptions& options,
                                                        PeerId owner) {
  auto note = read_note(note_of(options));
  if (!note) return std::move(note).error();
  auto store = storage::open_rocks_store(options, owner);
  if (!store || !*note) return store;
  while (!(*note)->empty() && (*note)->back() == '\n') (*note)->pop_back();
  const std::string hint = " (from '" + note_of(options).string() + "')";
  return std::make_unique<RepairedStore>(*std::move(store), Error(Errc::damaged, **note + hint));
}

}  // namespace

Result<std::unique_ptr<Store>> open_or_repair(const storage::RocksOptions& options, PeerId owner,
                                              const LogSink& log) {
  auto store = open_noted(options, owner);
  if (store || !store.error().is(Errc::damaged)) return store;
  const Error damage = store.error();
  // First the note: an empty store without it would have the right to found.
  if (auto noted = write_note(note_of(options), note_text(options, damage)); !noted) {
    return noted.error().within(damage.message() + "; it cannot be set aside");
  }
  const auto aside = set_aside(options.path, damaged_stores_max);
  if (!aside) return aside.error().within(damage.message() + "; it cannot be set aside");
  if (log) {
    log({LogLevel::error, "node",
         damage.message() + "; it has been set aside as '" + aside->string() +
             "', and this node starts over with an empty one"});
  }
  return open_noted(options, owner);
}

}  // namespace tessera::runtime
