#pragma once

#include <tessera/groups/catch_up.h>
#include <tessera/statesync/diff_sync/keyed_port.h>
#include <tessera/statesync/diff_sync/message.h>
#include <tessera/statesync/diff_sync/settings.h>
#include <tessera/statesync/nested_context.h>
#include <tessera/statesync/snapshot_sync/provider.h>

#include <optional>
#include <utility>
#include <vector>

/// The provider of diff sync: serves changes from the machine's history as it is now, and whatever
/// no difference leads to as snapshot sync does.
///
/// It keeps nothing about those it serves: each request says where it goes on. A key that is
/// written again meanwhile moves behind that place, so that whoever comes to the end has
/// everything, and the state of that moment. Owned by the member's core for the member's life;
/// called on its strand.
namespace tessera::diff_sync {

class Provider {
 public:
  explicit Provider(const Settings& settings)
      : settings_(settings),
        snapshots_(settings.snapshots),
        wrap_(statesync::behind(snapshot_prefix())) {}
  Provider(Provider&&) = delete;
  Provider& operator=(Provider&&) = delete;

  /// See `CatchUpProvider`.
  std::optional<Message> receive(Message message, const PeerId& sender, ProviderContext& cx,
                                 const KeyedPort& machine);
  bool poll(ProviderContext& cx);
  void marker(const Bytes& marker, ProviderContext& cx);
  void entries_read(Index from, std::vector<LogEntry> entries, ProviderContext& cx);
  void part_read(const storage::SnapshotPart& part, const std::optional<Bytes>& data,
                 ProviderContext& cx);
  /// The history needs no entries, and what it does not reach the next snapshot brings back.
  [[nodiscard]] static Index safe_to_prune(const ProviderContext& cx) {
    return snapshot_sync::Provider::safe_to_prune(cx);
  }
  /// As that of snapshot sync, or bytes of changes if these are less; `machine` is this member's.
  [[nodiscard]] static std::optional<std::uint64_t> estimate(const SyncGap& gap,
                                                             ProviderContext& cx,
                                                             const KeyedPort& machine);

 private:
  [[nodiscard]] static Offer offer(const Ask& ask, ProviderContext& cx, const KeyedPort& machine);
  [[nodiscard]] Portion portion(const Fetch& fetch, ProviderContext& cx,
                                const KeyedPort& machine) const;

  Settings settings_;
  snapshot_sync::Provider snapshots_;
  statesync::Wrap wrap_;
};

}  // namespace tessera::diff_sync
