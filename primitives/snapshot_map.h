#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

/// A map by keys in order, of which a view of one moment costs nothing to take.
///
/// For state machines in memory whose snapshots must not stop their group: `create_snapshot`
/// returns `view()`, and commands go on. While a view is read, the map keeps for it what is
/// overwritten or removed of the keys it has not come to: memory in proportion to what is written
/// meanwhile, not to what the map holds.
///
/// Map and views belong to one thread at a time; threads that only read may share the map with it.
/// A view may outlive the map.
namespace tessera {

template <class K, class V>
class SnapshotMap {
 public:
  using Entries = std::map<K, V>;

 private:
  /// What a view keeps of keys that it has not come to.
  struct Kept {
    std::optional<K> read;  ///< the last key that was read
    std::map<K, std::optional<V>> before;
  };
  struct State {
    Entries entries;
    std::vector<std::weak_ptr<Kept>> views;

    void keep(const K& key) {
      if (views.empty()) return;
      std::erase_if(views, [](const auto& view) { return view.expired(); });
      for (const auto& weak : views) {
        const std::shared_ptr<Kept> view = weak.lock();
        if (view->read && !(*view->read < key)) continue;
        const auto found = entries.find(key);
        view->before.try_emplace(
            key, found == entries.end() ? std::nullopt : std::optional<V>(found->second));
      }
    }
  };

 public:
  /// The map at one moment, read once from its lowest key on.
  class View {
   public:
    using Item = std::pair<K, V>;

    /// See `SnapshotMap::view`.
    explicit View(std::shared_ptr<State> state)
        : state_(std::move(state)), kept_(std::make_shared<Kept>()) {
      state_->views.push_back(kept_);
    }
    View(View&&) noexcept = default;
    View& operator=(View&&) noexcept = default;

    /// The next entry; nothing behind the last one. Logarithmic in the size of the map.
    std::optional<Item> next() {
      for (;;) {
        const auto present = behind(state_->entries);
        const auto before = behind(kept_->before);
        const bool any_present = present != state_->entries.end();
        const bool any_before = before != kept_->before.end();
        if (!any_present && !any_before) return std::nullopt;
        if (any_before && (!any_present || !(present->first < before->first))) {
          auto kept = kept_->before.extract(before);
          kept_->read = kept.key();
          // A key without a value came later than the view.
          if (kept.mapped()) return Item{std::move(kept.key()), *std::move(kept.mapped())};
        } else {
          kept_->read = present->first;
          return Item{*present};
        }
      }
    }

   private:
    template <class Ordered>
    auto behind(Ordered& map) const {
      return kept_->read ? map.upper_bound(*kept_->read) : map.begin();
    }

    std::shared_ptr<State> state_;
    std::shared_ptr<Kept> kept_;
  };

  SnapshotMap() : state_(std::make_shared<State>()) {}
  SnapshotMap(const SnapshotMap& other) : SnapshotMap() { state_->entries = other.state_->entries; }
  SnapshotMap(SnapshotMap&& other) noexcept(false) : SnapshotMap() { swap(other); }
  SnapshotMap& operator=(SnapshotMap other) noexcept {
    swap(other);
    return *this;
  }
  ~SnapshotMap() = default;

  void swap(SnapshotMap& other) noexcept { state_.swap(other.state_); }

  /// The map as it is now. Costs the same however much it holds.
  [[nodiscard]] View view() const { return View(state_); }

  /// To look at and to iterate over.
  [[nodiscard]] const Entries& entries() const { return state_->entries; }
  [[nodiscard]] std::size_t size() const { return state_->entries.size(); }
  [[nodiscard]] bool empty() const { return state_->entries.empty(); }
  [[nodiscard]] const V* find(const K& key) const {
    const auto found = state_->entries.find(key);
    return found == state_->entries.end() ? nullptr : &found->second;
  }

  /// Sets `key`; what it held before.
  std::optional<V> set(const K& key, V value) {
    state_->keep(key);
    const auto [at, is_new] = state_->entries.try_emplace(key, std::move(value));
    if (is_new) return std::nullopt;
    return std::exchange(at->second, std::move(value));
  }
  /// Removes `key`; what it held.
  std::optional<V> erase(const K& key) {
    const auto found = state_->entries.find(key);
    if (found == state_->entries.end()) return std::nullopt;
    state_->keep(key);
    std::optional<V> before = std::move(found->second);
    state_->entries.erase(found);
    return before;
  }
  /// Views go on reading what was there.
  void clear() { *this = SnapshotMap(); }

 private:
  std::shared_ptr<State> state_;
};

}  // namespace tessera
