#pragma once

#include <tessera/primitives/bytes.h>
#include <tessera/statesync/snapshot_sync/own_items.h>
#include <tessera/statesync/snapshot_sync/part_patch.h>

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <utility>
#include <vector>

/// Parts of which a member has most items, in an older snapshot of its own: of these it fetches the
/// outlines, and then only the items that it lacks.
///
/// First the older snapshot is read once and its items are noted; then any number of parts is open
/// at a time, from the request for the outline until the part is built or given up. Owned by one
/// session.
namespace tessera::snapshot_sync {

class Differences {
 public:
  /// `own_parts`: those of the older snapshot that no wanted part is equal to.
  explicit Differences(std::set<std::uint32_t> own_parts) : to_note_(std::move(own_parts)) {}

  /// Nothing is told apart before the older snapshot has been read.
  [[nodiscard]] bool ready() const { return to_note_.empty() && noting_.empty(); }

  /// The next part of the older snapshot that must be read.
  std::optional<std::uint32_t> next_to_read();
  /// It has been read, or cannot be. Parts that cannot be built without it are returned.
  std::vector<std::uint32_t> own_read(std::uint32_t own_part, const std::optional<Bytes>& data);

  /// The outline of `number`, a part of `bytes` bytes, was asked for.
  void open(std::uint32_t number, std::size_t bytes);
  [[nodiscard]] bool is_open(std::uint32_t number) const { return open_.contains(number); }
  [[nodiscard]] bool awaits_outline(std::uint32_t number) const;
  [[nodiscard]] bool awaits_items(std::uint32_t number) const;
  /// The sizes of all that is open.
  [[nodiscard]] std::size_t open_bytes() const { return open_bytes_; }
  void close(std::uint32_t number);

  /// The outline has come. False if it helps nothing: the part is to be fetched whole.
  bool outlined(std::uint32_t number, const std::vector<ItemDigest>& digests);
  /// The next part whose items must be asked for.
  [[nodiscard]] std::optional<std::uint32_t> next_to_ask() const;
  void asked(std::uint32_t number) { to_ask_.erase(number); }
  /// Nobody has answered. False if it is the outline that is missing.
  bool ask_again(std::uint32_t number);
  [[nodiscard]] Bytes wanted(std::uint32_t number) const;
  /// The items that are awaited have come. False if they are not those that were asked for.
  bool sent(std::uint32_t number, const Bytes& items);

  struct Built {
    std::uint32_t number = 0;
    Bytes data;
  };
  /// A part of which everything is there, which is closed by this.
  std::optional<Built> take_built();

 private:
  struct Open {
    std::size_t bytes = 0;
    std::optional<PartPatch> patch;  ///< once the outline is there
    bool items_sent = false;
  };

  OwnItems own_;
  std::set<std::uint32_t> to_note_;
  std::set<std::uint32_t> noting_;
  std::map<std::uint32_t, Open> open_;
  std::size_t open_bytes_ = 0;
  std::set<std::uint32_t> to_ask_;
  /// Parts of the older snapshot to read again, and who waits for them.
  std::map<std::uint32_t, std::set<std::uint32_t>> to_read_;
  std::map<std::uint32_t, std::set<std::uint32_t>> reading_;
  std::set<std::uint32_t> built_;
};

}  // namespace tessera::snapshot_sync
