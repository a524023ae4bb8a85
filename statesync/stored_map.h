#pragma once

#include <tessera/primitives/codec.h>
#include <tessera/primitives/hash.h>
#include <tessera/primitives/ordered_key.h>
#include <tessera/storage/machine_table.h>

#include <cstddef>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

/// A map for state machines that are larger than memory: its entries are in the node's store.
///
/// The machine hands on the table that it is given, and a view as its snapshot; with `SnapshotSync`
/// nothing else is needed:
///
///     void keep_in(std::unique_ptr<tessera::storage::MachineTable> table) {
///       accounts_.keep_in(std::move(table));
///     }
///     using Snapshot = tessera::StoredMap<std::string, Account>::View;
///     Snapshot create_snapshot() const { return accounts_.view(); }
///     void install_snapshot(std::vector<Snapshot::Item> items) { accounts_.append(items); }
///
/// Keys that are strings or integers are in their order, others in that of their encoded bytes.
/// What the store cannot read or write is thrown as `std::runtime_error`, which ends the machine.
/// Map and views belong to one thread at a time.
namespace tessera {

template <class K, class V>
class StoredMap {
 public:
  using Entry = std::pair<K, V>;

  /// The map at one moment, read once in order. May outlive the map.
  class View {
   public:
    /// An entry as it is stored.
    using Item = storage::TableItem;

    explicit View(std::unique_ptr<storage::TableView> view) : view_(std::move(view)) {}
    std::optional<Item> next() { return need(view_->next()); }

   private:
    std::unique_ptr<storage::TableView> view_;
  };

  /// Where the entries are from now on; `table` is empty. Before anything else.
  void keep_in(std::unique_ptr<storage::MachineTable> table) {
    table_ = std::move(table);
    size_ = 0;
  }

  [[nodiscard]] std::optional<V> get(const K& key) const {
    const auto stored = need(table_->get(as_bytes(ordered_key(key))));
    if (!stored) return std::nullopt;
    return need(decode<V>(stored->view()));
  }
  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] bool empty() const { return size_ == 0; }

  /// Sets or, without a value, removes `key`; what it held before.
  std::optional<V> exchange(const K& key, const std::optional<V>& value) {
    std::optional<V> before = get(key);
    const std::string name = ordered_key(key);
    if (value) {
      need(table_->put(as_bytes(name), encode(*value).view()));
      size_ += before ? 0U : 1U;
    } else if (before) {
      need(table_->erase(as_bytes(name)));
      --size_;
    }
    return before;
  }
  /// Removes everything; how many there were.
  std::size_t clear() {
    need(table_->clear());
    return std::exchange(size_, 0);
  }

  /// Everything as it is now, to read one after the other while writes go on. Costs the same
  /// however much the map holds.
  [[nodiscard]] View view() const { return View(need(table_->view({}))); }
  /// Puts entries that a view has shown behind those that are there: fills a fresh map.
  void append(const std::vector<typename View::Item>& items) {
    for (const auto& item : items) {
      need(table_->append(as_bytes(item.key), item.value.view()));
      ++size_;
    }
  }

  /// Up to `count` entries in order, behind `after` if there is one.
  [[nodiscard]] std::vector<Entry> range(const std::optional<K>& after, std::size_t count) const {
    // The least key above another is that with a zero byte at its end.
    const std::string from = after ? ordered_key(*after) + std::string(1, '\0') : std::string();
    const auto view = need(table_->view(as_bytes(from)));
    std::vector<Entry> found;
    while (found.size() < count) {
      auto item = need(view->next());
      if (!item) break;
      found.emplace_back(need(key_from_ordered<K>(std::move(item->key))),
                         need(decode<V>(item->value.view())));
    }
    return found;
  }
  /// Equal for maps that hold the same entries, and only for those. Reads all of them.
  [[nodiscard]] UniqueId digest() const {
    Hasher hasher("tessera/stored-map");
    const auto view = need(table_->view({}));
    while (const auto item = need(view->next())) {
      hasher.add(as_bytes(item->key)).add(item->value.view());
    }
    return hasher.digest();
  }

 private:
  template <class T>
  static T need(Result<T> result) {
    if (!result) throw std::runtime_error(result.error().message());
    if constexpr (!std::is_void_v<T>) return *std::move(result);
  }

  std::unique_ptr<storage::MachineTable> table_;
  std::size_t size_ = 0;
};

}  // namespace tessera
