#pragma once

#include <tessera/groups/anchor.h>
#include <tessera/primitives/bytes.h>
#include <tessera/primitives/unique_id.h>
#include <tessera/statesync/log_replay/message.h>

#include <cstdint>
#include <optional>
#include <variant>
#include <vector>

/// What sessions and providers of snapshot sync say to each other. Plain values.
namespace tessera::snapshot_sync {

/// Session to everybody: what do you offer to who is as far as `have`?
struct Ask {
  Cursor have;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(have);
  }
};

/// A snapshot that the sender holds.
struct Offered {
  UniqueId root;
  Cursor position;
  std::uint64_t bytes = 0;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(root, position, bytes);
  }
};

/// The answer to `Ask`.
struct Offer {
  std::optional<Offered> snapshot;
  Cursor log_base;  ///< the log begins behind it
  Cursor committed;
  std::uint64_t log_bytes = 0;  ///< of entries behind `Ask::have`, about
  template <class Archive>
  void serialize(Archive& archive) {
    archive(snapshot, log_base, committed, log_bytes);
  }
};

/// Session to provider: which parts make up `root`?
struct AskList {
  UniqueId root;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(root);
  }
};

/// The answer: a `PartList`, encoded.
struct List {
  UniqueId root;
  Anchor anchor;
  Bytes parts;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(root, anchor, parts);
  }
};

/// Session to provider: send me these parts of `root`.
struct Fetch {
  UniqueId root;
  std::vector<std::uint32_t> numbers;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(root, numbers);
  }
};

/// A part that was asked for.
struct Part {
  UniqueId root;
  std::uint32_t number = 0;
  Bytes data;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(root, number, data);
  }
};

/// Session to provider: which items are in these parts of `root`?
struct AskOutlines {
  UniqueId root;
  std::vector<std::uint32_t> numbers;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(root, numbers);
  }
};

/// The answer for one of them, see outline.h. A part whose outline would not be much smaller than
/// itself is answered by `Part`.
struct Outline {
  UniqueId root;
  std::uint32_t number = 0;
  Bytes digests;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(root, number, digests);
  }
};

/// Session to provider: send me these items of a part, a bit for each of its items.
struct FetchItems {
  UniqueId root;
  std::uint32_t number = 0;
  Bytes wanted;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(root, number, wanted);
  }
};

/// The items that were asked for, as a part is written. Says which they are: an answer that was
/// long under way may be to another question, of an earlier session's perhaps.
struct Items {
  UniqueId root;
  std::uint32_t number = 0;
  Bytes wanted;
  Bytes data;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(root, number, wanted, data);
  }
};

/// To everybody, whenever it changes: the newest snapshot that the sender holds. Members whose
/// roots differ at one position do not hold one state.
struct Holding {
  UniqueId root;
  Cursor position;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(root, position);
  }
};

/// The sender does not hold `root` any more.
struct Gone {
  UniqueId root;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(root);
  }
};

/// `log_replay::Message`: what the log has to add is fetched as log replay does.
using Message = std::variant<Ask, Offer, AskList, List, Fetch, Part, AskOutlines, Outline,
                             FetchItems, Items, Holding, Gone, log_replay::Message>;

}  // namespace tessera::snapshot_sync
