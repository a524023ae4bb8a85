#pragma once

#include <tessera/groups/apply_context.h>
#include <tessera/primitives/unique_id.h>
#include <tessera/runtime/collections/map_commands.h>
#include <tessera/runtime/collections/map_content.h>
#include <tessera/statesync/snapshot_sync.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

/// The state machine of the built-in replicated map, in memory.
namespace tessera {

/// `K`: ordered, and like `V` copyable and serialisable with cereal.
template <class K, class V>
class MapMachine {
 public:
  using Command = MapCommand<K, V>;
  using Result = MapOutcome<V>;
  using Query = MapQuery<K>;
  using QueryResult = MapAnswer<K, V>;
  using StateSync = SnapshotSync<MapMachine>;
  using Content = MapContent<K, V>;
  using Snapshot = typename SnapshotMap<K, V>::View;

  /// An empty map. `name`: tells maps of different meaning apart, as a part of the group id.
  /// `shown`: where others read what this map holds, from when it is in service; nothing if nobody
  /// does.
  explicit MapMachine(std::string name = "map", std::shared_ptr<Content> shown = nullptr)
      : name_(std::move(name)), content_(std::make_shared<Content>()), shown_(std::move(shown)) {}
  MapMachine(const MapMachine& other)
      : name_(other.name_), content_(std::make_shared<Content>(*other.content_)) {}
  MapMachine(MapMachine&&) noexcept = default;
  MapMachine& operator=(MapMachine&&) noexcept = default;

  [[nodiscard]] UniqueId signature() const { return UniqueId::from("tessera/map/1").derive(name_); }
  [[nodiscard]] StateSync state_sync() const { return {}; }

  /// This map is the member's from now on: readers see it, whole, in the place of the one before.
  void in_service() {
    if (!shown_ || shown_ == content_) return;
    shown_->take(*content_);
    content_ = shown_;
  }

  /// Costs the same however much the map holds; see `SnapshotMap`.
  [[nodiscard]] Snapshot create_snapshot() const { return content_->view(); }
  void install_snapshot(std::vector<typename Snapshot::Item> items) {
    for (auto& [key, value] : items) content_->exchange(key, std::move(value));
  }

  Result apply(const Command& command, const ApplyContext&) {
    return Operations::apply(*content_, command);
  }
  [[nodiscard]] QueryResult query(const Query& query) const {
    return Operations::query(*content_, query);
  }

 private:
  using Operations = MapOperations<K, V, Content>;

  std::string name_;
  std::shared_ptr<Content> content_;
  std::shared_ptr<Content> shown_;
};

}  // namespace tessera
