#pragma once

#include <tessera/groups/catch_up.h>
#include <tessera/statesync/log_replay/provider.h>
#include <tessera/statesync/snapshot_sync/message.h>
#include <tessera/statesync/snapshot_sync/part_list.h>
#include <tessera/statesync/snapshot_sync/settings.h>
#include <tessera/statesync/snapshot_sync/verdicts.h>
#include <tessera/statesync/sync_gap.h>

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <utility>
#include <vector>

/// The provider of snapshot sync: offers the newest stored snapshot, serves its parts from the
/// store, and, where its member leads, has all members take the next one at the same position.
/// It tells everybody what its snapshot is, so that a member with another state is found; that
/// member then offers nothing, and is told that its state has diverged.
///
/// A snapshot that somebody fetches is kept under a lease and served to the end, also when a newer
/// one is there. Owned by the member's core for the member's life; called on its strand. Holds at
/// most `unsent_max` bytes of parts.
namespace tessera::snapshot_sync {

class Provider {
 public:
  explicit Provider(const Settings& settings) : settings_(settings), log_(settings.replay) {}
  Provider(Provider&&) = delete;
  Provider& operator=(Provider&&) = delete;

  /// See `CatchUpProvider`.
  std::optional<Message> receive(Message message, const PeerId& sender, ProviderContext& cx);
  bool poll(ProviderContext& cx);
  void marker(const Bytes& marker, ProviderContext& cx);
  void entries_read(Index from, std::vector<LogEntry> entries, ProviderContext& cx) {
    log_.entries_read(from, std::move(entries), cx);
  }
  void part_read(const storage::SnapshotPart& part, const std::optional<Bytes>& data,
                 ProviderContext& cx);
  /// Whatever was applied can be brought back by the next snapshot, unless it is wrong.
  [[nodiscard]] static Index safe_to_prune(const ProviderContext& cx) {
    return cx.diverged() ? Index{} : cx.applied().index;
  }

  /// Bytes that it would take to close the gap, by the log or by the newest snapshot and the log
  /// behind it, about; nothing if this member can serve neither.
  [[nodiscard]] static std::optional<std::uint64_t> estimate(const SyncGap& gap,
                                                             ProviderContext& cx);

  static constexpr std::size_t unsent_max = std::size_t{8} << 20U;
  static constexpr std::size_t waiting_max = 65'536;  ///< parts asked for by peers, in number

 private:
  /// A snapshot that is being served.
  struct Served {
    HeldSnapshot snapshot;
    PartList list;
    TimePoint until{};
  };
  /// What of a part is asked for.
  enum class What : std::uint8_t { all, outline, items };
  struct Wanted {
    PeerId peer;
    UniqueId root;
    std::uint32_t number = 0;
    What what = What::all;
    Bytes items;  ///< which, see `FetchItems`
  };
  struct Unsent {
    PeerId peer;
    Bytes message;
  };

  [[nodiscard]] Offer offer(const Ask& ask, ProviderContext& cx);
  Served* served(const UniqueId& root, ProviderContext& cx);
  void want(Wanted wanted, ProviderContext& cx);
  void want(const PeerId& peer, const UniqueId& root, const std::vector<std::uint32_t>& numbers,
            What what, ProviderContext& cx);
  void send_list(const PeerId& peer, const UniqueId& root, ProviderContext& cx);
  [[nodiscard]] static Message answer(const Wanted& wanted, const Bytes& part);
  void offer_newest(ProviderContext& cx);
  void read_more(ProviderContext& cx);
  void send_unsent(ProviderContext& cx);
  void refresh(ProviderContext& cx);
  // provider_verdicts.cpp
  void tell_holding(ProviderContext& cx);
  void settle_dispute(ProviderContext& cx);
  void judge_own(ProviderContext& cx);

  Settings settings_;
  log_replay::Provider log_;
  std::map<UniqueId, Served> served_;
  std::optional<UniqueId> newest_;
  std::deque<Wanted> wanted_;
  std::map<std::pair<storage::SnapshotId, std::uint32_t>, std::deque<Wanted>> reading_;
  std::size_t reads_ = 0;
  std::deque<Unsent> unsent_;
  std::size_t unsent_bytes_ = 0;
  TimePoint marked_until_{};  ///< a marker is on its way, no other is fed

  Verdicts verdicts_;
  TimePoint judged_until_{};  ///< a verdict is on its way
  std::optional<Cursor> alarmed_at_;
  /// What everybody was told last: the snapshot, and the version of the bonds.
  std::optional<std::pair<UniqueId, std::uint64_t>> told_;
};

}  // namespace tessera::snapshot_sync
