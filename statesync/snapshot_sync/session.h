#pragma once

#include <tessera/groups/catch_up.h>
#include <tessera/statesync/log_replay/session.h>
#include <tessera/statesync/snapshot_sync/differences.h>
#include <tessera/statesync/snapshot_sync/fetch_plan.h>
#include <tessera/statesync/snapshot_sync/holders.h>
#include <tessera/statesync/snapshot_sync/message.h>
#include <tessera/statesync/snapshot_sync/settings.h>

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

/// The session of snapshot sync: takes the better of two ways, the log alone or a snapshot and the
/// log behind it.
///
/// It asks everybody what they offer; fetches the parts of one snapshot from all who hold it,
/// except those that were staged before or are in a snapshot of its own, and of parts that differ
/// from its own only the items that do; has it installed; and leaves the rest to log replay. Owned
/// by the member's core while it lags; called on its strand.
namespace tessera::snapshot_sync {

class Session {
 public:
  Session(const Settings& settings, SessionStart start, SessionContext& cx);
  Session(Session&&) = delete;
  Session& operator=(Session&&) = delete;

  /// See `CatchUpSession`.
  std::optional<Cursor> poll(SessionContext& cx);
  void receive(Message message, const PeerId& sender, SessionContext& cx);
  void buffer(std::vector<LogEntry> entries);
  void part_read(const storage::SnapshotPart& part, std::optional<Bytes> data, SessionContext& cx);

 private:
  enum class Stage : std::uint8_t { asking, listing, fetching, installing, replaying };
  /// A part that is here and not yet with the store.
  struct Arrived {
    std::uint32_t number = 0;
    Bytes data;
  };

  /// Of which peers what was heard about a part that is put together from items.
  struct Heard {
    PeerId outliner;
    Bytes outline;
    PeerId sender;  ///< of the items, if any were asked for
    Bytes wanted;
    Bytes items;
  };

  // session.cpp
  void ask(SessionContext& cx);
  void choose(SessionContext& cx);
  [[nodiscard]] static bool helps(const Cursor& position, const SessionContext& cx);
  [[nodiscard]] const Offered* best_offer(const SessionContext& cx) const;
  [[nodiscard]] bool log_is_cheaper(const Offered* offered, const SessionContext& cx) const;
  void begin_replay(SessionContext& cx);
  void start_over(SessionContext& cx);
  void follow_bonds(SessionContext& cx);
  void take(const Offer& offer, const PeerId& sender);
  void take(List list, const PeerId& sender, SessionContext& cx);
  void take(Part part, const PeerId& sender, SessionContext& cx);
  void take(const Outline& outline, const PeerId& sender, SessionContext& cx);
  void take(const Items& items, const PeerId& sender, SessionContext& cx);
  void take(const Gone& gone, const PeerId& sender);

  // session_parts.cpp
  void begin_fetching(List list, PartList parts, SessionContext& cx);
  void fetch(SessionContext& cx);
  void look_up_own(SessionContext& cx);
  void put_arrived(SessionContext& cx);
  void ask_holders(SessionContext& cx);
  void ask_for_parts(const PeerId& peer, SessionContext& cx);
  void fetch_again(const std::vector<std::uint32_t>& numbers);
  void report(SessionContext& cx) const;

  // session_differences.cpp
  void look_at_own_state(SessionContext& cx) const;
  void compare_with_own(SessionContext& cx);
  void read_own(SessionContext& cx);
  void own_part_read(std::uint32_t number, const std::optional<Bytes>& data);
  void ask_for_items(const PeerId& peer, SessionContext& cx);
  void ask_for_outlines(const PeerId& peer, SessionContext& cx);
  void take_built();
  void judge_witnesses(std::uint32_t number, const Bytes& part, SessionContext& cx);
  [[nodiscard]] bool has_room(const PeerId& peer, const SessionContext& cx) const;
  void refuse(const PeerId& sender, std::uint32_t number, SessionContext& cx);

  Settings settings_;
  SessionStart start_;
  Stage stage_ = Stage::asking;
  std::uint64_t bonds_version_ = 0;
  TimePoint next_at_{};  ///< when to choose, to ask again for the list, or to ask everybody again
  std::map<PeerId, Offer> offers_;

  UniqueId root_;
  Cursor position_;  ///< of the snapshot that is fetched
  Holders holders_;
  std::optional<FetchPlan> plan_;
  storage::SnapshotId staged_;
  storage::SnapshotId own_;  ///< an older snapshot of this member's, to copy from
  std::map<std::pair<storage::SnapshotId, std::uint32_t>, std::uint32_t> reading_;
  std::optional<Differences> differences_;  ///< once what is held has been compared
  std::size_t own_reads_ = 0;               ///< for `differences_`
  std::map<std::uint32_t, Heard> heard_;
  std::deque<Arrived> arrived_;

  std::unique_ptr<log_replay::Session> replay_;
  std::vector<LogEntry> live_;  ///< entries above the target that came before `replay_` began
  std::size_t live_bytes_ = 0;
};

}  // namespace tessera::snapshot_sync
