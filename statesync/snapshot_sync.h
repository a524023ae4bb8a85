#pragma once

#include <tessera/statesync/contexts.h>
#include <tessera/statesync/snapshot_sync/message.h>
#include <tessera/statesync/snapshot_sync/provider.h>
#include <tessera/statesync/snapshot_sync/session.h>
#include <tessera/statesync/snapshot_sync/settings.h>
#include <tessera/statesync/snapshot_sync/state_parts.h>
#include <tessera/statesync/sync_gap.h>

#include <boost/system/system_error.hpp>

#include <concepts>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

/// The strategy for machines that can show a point-in-time view: fetch the state instead of the
/// commands that led to it.
///
/// The machine says what a snapshot is:
///
///     class Snapshot {                       // what create_snapshot() returns: an immutable view
///      public:
///       using Item = ...;                    // serialisable with cereal
///       std::optional<Item> next();          // one after the other, on all members in one order
///     };
///     Snapshot create_snapshot() const;      // cheap: the group waits for it
///     void install_snapshot(std::vector<Item> items);  // a fresh machine is given all, in order
///
/// Snapshots are cut into parts where their contents say, kept in the store, and fetched from all
/// members that hold the same one, each part checked against the digests under one root. What is
/// staged survives a restart, and what an older snapshot of the member's own has in common with it
/// is not fetched. They let the log be pruned, and a restart begins from the newest. Where the log
/// alone costs less, only it is fetched.
///
///     StateSync state_sync() const { return StateSync{}.part_bytes(64 << 10); }
///
/// A value, made by the machine's `state_sync()`; not a data member of its machine.
namespace tessera {

/// Machines that `SnapshotSync` serves.
template <class M>
concept Snapshottable = requires(const M& machine, M& fresh,
                                 std::vector<snapshot_sync::ItemOf<M>> items) {
  { machine.create_snapshot().next() } -> std::same_as<std::optional<snapshot_sync::ItemOf<M>>>;
  fresh.install_snapshot(std::move(items));
  requires Codable<snapshot_sync::ItemOf<M>>;
};

template <class M>
class SnapshotSync {
 public:
  using Machine = M;
  using Message = snapshot_sync::Message;

  SnapshotSync() = default;

  /// About how large a part is; 1 KiB to 8 MiB, default 256 KiB. Smaller parts make a difference
  /// cheaper to fetch, larger ones a whole state. Enters the group id: all members must choose the
  /// same.
  [[nodiscard]] SnapshotSync part_bytes(std::size_t bytes) const {
    return with([&](snapshot_sync::Settings& settings) { settings.part_bytes = bytes; });
  }
  /// The most that one answer with log entries carries; 1 KiB to 32 MiB, default 1 MiB. Enters the
  /// group id.
  [[nodiscard]] SnapshotSync chunk_bytes(std::size_t bytes) const {
    return with([&](snapshot_sync::Settings& settings) { settings.replay.chunk_bytes = bytes; });
  }

  // What follows is each member's own choice.

  /// Bytes of parts asked of one peer at the same time; at least a part, default 4 MiB.
  [[nodiscard]] SnapshotSync in_flight_bytes(std::size_t bytes) const {
    return with([&](snapshot_sync::Settings& settings) { settings.in_flight_bytes = bytes; });
  }
  /// A peer that delivers nothing for this long is asked for less, and others in its place;
  /// default 2 s.
  [[nodiscard]] SnapshotSync request_timeout(Duration timeout) const {
    return with([&](snapshot_sync::Settings& settings) {
      settings.request_timeout = settings.replay.request_timeout = timeout;
    });
  }
  /// How long offers are waited for before the best one is taken; default 500 ms.
  [[nodiscard]] SnapshotSync anchor_wait(Duration wait) const {
    return with([&](snapshot_sync::Settings& settings) { settings.anchor_wait = wait; });
  }
  /// How long a snapshot is kept for somebody who fetches it and falls silent; default 60 s.
  [[nodiscard]] SnapshotSync lease(Duration time) const {
    return with([&](snapshot_sync::Settings& settings) { settings.lease = time; });
  }

  class Provider {
   public:
    explicit Provider(const snapshot_sync::Settings& settings)
        : provider_(std::make_unique<snapshot_sync::Provider>(settings)) {}

    std::optional<Message> receive(Message message, PeerId sender,
                                   SyncProviderContext<SnapshotSync>& cx) {
      return provider_->receive(std::move(message), sender, cx.port());
    }
    bool poll(SyncProviderContext<SnapshotSync>& cx) { return provider_->poll(cx.port()); }
    void marker(Cursor, Bytes marker, SyncProviderContext<SnapshotSync>& cx) {
      provider_->marker(marker, cx.port());
    }
    void entries_read(Index from, std::vector<Entry<typename M::Command>> entries,
                      SyncProviderContext<SnapshotSync>& cx) {
      provider_->entries_read(from, statesync::as_raw(entries), cx.port());
    }
    void part_read(storage::SnapshotPart part, std::optional<Bytes> data,
                   SyncProviderContext<SnapshotSync>& cx) {
      provider_->part_read(part, data, cx.port());
    }
    std::optional<Index> safe_to_prune_prefix(SyncProviderContext<SnapshotSync>& cx) const {
      return snapshot_sync::Provider::safe_to_prune(cx.port());
    }

   private:
    std::unique_ptr<snapshot_sync::Provider> provider_;
  };

  class Session {
   public:
    explicit Session(std::unique_ptr<snapshot_sync::Session> session)
        : session_(std::move(session)) {}

    std::optional<Cursor> poll(SyncSessionContext<SnapshotSync>& cx) {
      return session_->poll(cx.port());
    }
    void receive(Message message, PeerId sender, SyncSessionContext<SnapshotSync>& cx) {
      session_->receive(std::move(message), sender, cx.port());
    }
    void buffer(Cursor, std::vector<Entry<typename M::Command>> entries,
                SyncSessionContext<SnapshotSync>&) {
      session_->buffer(statesync::as_raw(entries));
    }
    void part_read(storage::SnapshotPart part, std::optional<Bytes> data,
                   SyncSessionContext<SnapshotSync>& cx) {
      session_->part_read(part, std::move(data), cx.port());
    }

   private:
    std::unique_ptr<snapshot_sync::Session> session_;
  };

  [[nodiscard]] UniqueId signature() const { return settings_.signature(); }

  /// See `SyncGap`.
  [[nodiscard]] std::optional<std::uint64_t> estimate(const SyncGap& gap,
                                                      SyncProviderContext<SnapshotSync>& cx) const {
    return snapshot_sync::Provider::estimate(gap, cx.port());
  }

  [[nodiscard]] Provider create_provider(SyncContext<SnapshotSync>&) const {
    static_assert(
        Snapshottable<M>,
        "SnapshotSync<M> needs of M: a Snapshot with Item and std::optional<Item> next(); "
        "Snapshot create_snapshot() const; void install_snapshot(std::vector<Item>);");
    settings_.check_bounds();
    return Provider(settings_);
  }

  [[nodiscard]] Session create_session(SyncSessionContext<SnapshotSync>& cx, Cursor position,
                                       Index leader_commit,
                                       std::vector<Entry<typename M::Command>> entries) const {
    SessionStart start{position, leader_commit, statesync::as_raw(entries)};
    return Session(
        std::make_unique<snapshot_sync::Session>(settings_, std::move(start), cx.port()));
  }

  /// A view of the machine, in parts.
  [[nodiscard]] std::unique_ptr<StateReader> read_state(const M& machine) const {
    return std::make_unique<snapshot_sync::Reader<M>>(machine.create_snapshot(),
                                                      settings_.part_bytes);
  }
  /// Fills `fresh`, which outlives what is returned. Throws if `contents` is no list of parts.
  [[nodiscard]] std::unique_ptr<StateWriter> write_state(M& fresh, const Bytes& contents) const {
    auto list = decode<snapshot_sync::PartList>(contents);
    if (!list) throw boost::system::system_error(list.error().within("the list of parts").code());
    return std::make_unique<snapshot_sync::Writer<M>>(fresh, *std::move(list));
  }

 private:
  template <class Change>
  [[nodiscard]] SnapshotSync with(Change change) const {
    SnapshotSync changed = *this;
    change(changed.settings_);
    return changed;
  }

  snapshot_sync::Settings settings_;
};

}  // namespace tessera
