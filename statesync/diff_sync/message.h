#pragma once

#include <tessera/groups/anchor.h>
#include <tessera/primitives/bytes.h>
#include <tessera/statesync/keyed_state.h>
#include <tessera/statesync/snapshot_sync/message.h>

#include <cstdint>
#include <optional>
#include <variant>

/// What sessions and providers of diff sync say to each other. Plain values.
namespace tessera::diff_sync {

/// Session to everybody: what would it take to come from here to where you are?
struct Ask {
  UpdateId have;     ///< the update that the sender's machine stands at
  Cursor committed;  ///< how far its log is
  template <class Archive>
  void serialize(Archive& archive) {
    archive(have, committed);
  }
};

/// The answer to `Ask`.
struct Offer {
  /// About so many bytes of changes lie behind `Ask::have`; nothing if the history does not reach
  /// back that far.
  std::optional<std::uint64_t> diff_bytes;
  UpdateId newest;
  Cursor applied;
  Cursor committed;
  Cursor log_base;              ///< the log begins behind it
  std::uint64_t log_bytes = 0;  ///< of entries behind `Ask::committed`, about
  template <class Archive>
  void serialize(Archive& archive) {
    archive(diff_bytes, newest, applied, committed, log_base, log_bytes);
  }
};

/// A place among the changes: behind all of update `id`, or behind `key` among those of `id`.
struct Place {
  UpdateId id;
  std::optional<Bytes> key;  ///< encoded

  bool operator==(const Place&) const = default;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(id, key);
  }
};

/// Session to provider: send me the changes behind `after`.
struct Fetch {
  Place after;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(after);
  }
};

/// The answer to `Fetch`: some changes behind `after`, in the order of the updates.
struct Portion {
  Place after;
  /// Nothing if the history no longer reaches back to `after`.
  std::optional<Place> upto;
  Bytes changes;  ///< as items are in a part of a snapshot
  /// The update that the sender stands at now: whoever goes on from `upto` elsewhere must not be
  /// behind it.
  UpdateId newest;
  /// There is nothing behind `upto`, and this belongs to the state that the sender has now.
  std::optional<Anchor> at;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(after, upto, changes, newest, at);
  }
};

/// `snapshot_sync::Message`: what no difference leads to is fetched as snapshot sync does.
using Message = std::variant<snapshot_sync::Message, Ask, Offer, Fetch, Portion>;

/// What stands before an encoded message of snapshot sync to make it one of diff sync.
[[nodiscard]] Bytes snapshot_prefix();

}  // namespace tessera::diff_sync
