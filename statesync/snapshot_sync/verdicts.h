#pragma once

#include <tessera/groups/catch_up.h>
#include <tessera/primitives/unique_id.h>
#include <tessera/storage/cursor.h>

#include <cstddef>
#include <map>
#include <optional>
#include <set>

/// Which state is the group's, where members hold different ones.
///
/// Members tell each other the roots of their snapshots. Where roots of one position differ, the
/// leader has the group agree, by a marker in the log, on the one that a majority of the voters of
/// that position holds. A value; holds `positions_max` positions.
namespace tessera::snapshot_sync {

/// What a marker says: this root is right at this position.
struct Verdict {
  Cursor position;
  UniqueId root;

  [[nodiscard]] Bytes marker() const;
  /// Nothing if `marker` says something else.
  [[nodiscard]] static std::optional<Verdict> from(const Bytes& marker);

  template <class Archive>
  void serialize(Archive& archive) {
    archive(position, root);
  }
};

class Verdicts {
 public:
  void claimed(const Cursor& position, const PeerId& peer, const UniqueId& root);
  void given(const Verdict& verdict);

  /// What was agreed on at `position`.
  [[nodiscard]] std::optional<UniqueId> at(const Cursor& position) const;

  /// True if members differ there and nothing has been agreed on.
  [[nodiscard]] bool disputed(const Cursor& position) const;
  /// Who claims what at `position`.
  [[nodiscard]] std::map<UniqueId, std::set<PeerId>> claims(const Cursor& position) const;

  static constexpr std::size_t positions_max = 8;

 private:
  std::map<Cursor, std::map<PeerId, UniqueId>> claims_;
  std::map<Cursor, UniqueId> given_;
};

}  // namespace tessera::snapshot_sync
