#pragma once

#include <tessera/groups/anchor.h>
#include <tessera/primitives/bytes.h>
#include <tessera/primitives/result.h>
#include <tessera/primitives/unique_id.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

/// What a snapshot's parts are: their digests and sizes, in order. The digest of that, with the
/// anchor, is the snapshot's root: who knows the root can judge the list, and with it every part.
namespace tessera::snapshot_sync {

struct PartList {
  struct Part {
    UniqueId digest;
    std::uint32_t bytes = 0;
    bool operator==(const Part&) const = default;
    template <class Archive>
    void serialize(Archive& archive) {
      archive(digest, bytes);
    }
  };
  std::vector<Part> parts;

  [[nodiscard]] std::uint64_t bytes() const;

  template <class Archive>
  void serialize(Archive& archive) {
    archive(parts);
  }
};

/// Which of the parts cannot be sent because it is too large for a message, in words.
[[nodiscard]] std::optional<std::string> too_large_to_send(const PartList& list);

[[nodiscard]] PartList::Part describe(const Bytes& part);
[[nodiscard]] UniqueId root_of(const Anchor& anchor, const Bytes& encoded_list);

}  // namespace tessera::snapshot_sync
