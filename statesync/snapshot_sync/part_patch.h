#pragma once

#include <tessera/primitives/bytes.h>
#include <tessera/primitives/result.h>
#include <tessera/statesync/snapshot_sync/own_items.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <vector>

/// One part that is put together from items of an older snapshot and items that a peer sends.
///
/// Whether that makes the part is for its digest to say.
namespace tessera::snapshot_sync {

class PartPatch {
 public:
  /// `places`: where each item of the part is held, see `OwnItems::find`.
  explicit PartPatch(std::vector<std::optional<OwnItems::Place>> places);

  /// True if hardly any of its items are held: it is better fetched whole.
  [[nodiscard]] bool pointless() const;

  /// Which items must be sent: a bit for each item of the part, the lowest first; no bytes if none
  /// must.
  [[nodiscard]] Bytes wanted() const;
  /// Those items, as a part is written. `malformed` if there are not as many.
  Result<void> sent(const Bytes& items);

  /// The next part of the older snapshot that must be read.
  std::optional<std::uint32_t> next_to_read();
  /// Takes the items that it needs out of it. `malformed` if they are not in there.
  Result<void> read(std::uint32_t own_part, const Bytes& data);

  /// Every item is there.
  [[nodiscard]] bool complete() const { return missing_ == 0; }
  /// The part, once it is complete.
  [[nodiscard]] Bytes whole() const;

 private:
  std::vector<std::optional<OwnItems::Place>> places_;
  std::vector<std::optional<Bytes>> items_;
  std::size_t missing_ = 0;
  std::size_t wanted_ = 0;
  std::set<std::uint32_t> to_read_;
};

/// The items of `part` that `wanted` names (see `PartPatch::wanted`), as a part is written.
/// `malformed` if `part` is none.
[[nodiscard]] Result<Bytes> chosen_items(const Bytes& part, const Bytes& wanted);

}  // namespace tessera::snapshot_sync
