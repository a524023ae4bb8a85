#pragma once

#include <tessera/groups/catch_up.h>
#include <tessera/statesync/diff_sync/keyed_port.h>
#include <tessera/statesync/diff_sync/message.h>
#include <tessera/statesync/diff_sync/rebuild.h>
#include <tessera/statesync/diff_sync/settings.h>
#include <tessera/statesync/log_replay/session.h>
#include <tessera/statesync/nested_context.h>
#include <tessera/statesync/snapshot_sync/session.h>

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <vector>

/// The session of diff sync: takes the best of three ways, the log alone, the changes since this
/// member's own state, or a snapshot.
///
/// It asks everybody what it would take; fetches the changes portion by portion, from one peer as
/// long as that delivers; makes a snapshot of its own state with them in the store, which is
/// installed as any other; and leaves the rest to log replay. Whatever goes wrong with the changes,
/// a session of snapshot sync takes its place. Owned by the member's core while it lags; called on
/// its strand.
namespace tessera::diff_sync {

class Session {
 public:
  Session(const Settings& settings, SessionStart start, SessionContext& cx,
          const KeyedPort& machine);
  Session(Session&&) = delete;
  Session& operator=(Session&&) = delete;

  /// See `CatchUpSession`.
  std::optional<Cursor> poll(SessionContext& cx, const KeyedPort& machine);
  void receive(Message message, const PeerId& sender, SessionContext& cx, const KeyedPort& machine);
  void buffer(std::vector<LogEntry> entries);
  void part_read(const storage::SnapshotPart& part, std::optional<Bytes> data, SessionContext& cx);

 private:
  enum class Stage : std::uint8_t { asking, fetching, rebuilding, installing, following };

  void choose(SessionContext& cx, const KeyedPort& machine);
  [[nodiscard]] std::optional<std::uint64_t> log_bytes(const SessionContext& cx) const;
  [[nodiscard]] bool helps(const Offer& offer, const SessionContext& cx,
                           const KeyedPort& machine) const;
  void fetch(SessionContext& cx);
  void fetch_elsewhere(SessionContext& cx);
  void drop_source(const PeerId& peer, SessionContext& cx);
  void take(Portion portion, const PeerId& sender, SessionContext& cx, const KeyedPort& machine);
  void rebuild(SessionContext& cx, const KeyedPort& machine);
  void report(SessionContext& cx) const;

  void follow_by_log(SessionContext& cx);
  void follow_by_snapshot(SessionContext& cx);
  [[nodiscard]] SessionStart handed_on();

  Settings settings_;
  SessionStart start_;
  statesync::Wrap wrap_;
  Stage stage_ = Stage::asking;
  TimePoint next_at_{};  ///< when to choose, or to ask another one
  std::map<PeerId, Offer> offers_;

  std::vector<PeerId> sources_;  ///< of changes; the first is asked
  bool asked_ = false;           ///< it is; its lane had room
  std::size_t silences_ = 0;     ///< since something came
  Place place_;                  ///< up to which the changes have come
  UpdateId seen_;  ///< the newest that a source stood at; behind it, one would leave changes out
  std::vector<Bytes> changes_;
  std::uint64_t bytes_ = 0;  ///< of these
  std::uint64_t bytes_expected_ = 0;
  Cursor position_;  ///< of the state that they lead to
  std::optional<Rebuild> rebuild_;

  std::unique_ptr<log_replay::Session> replay_;
  std::unique_ptr<snapshot_sync::Session> snapshots_;
  std::vector<LogEntry> live_;  ///< entries above the target that came before one of these began
  std::size_t live_bytes_ = 0;
};

}  // namespace tessera::diff_sync
