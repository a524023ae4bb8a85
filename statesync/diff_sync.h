#pragma once

#include <tessera/statesync/contexts.h>
#include <tessera/statesync/diff_sync/keyed_machine.h>
#include <tessera/statesync/diff_sync/message.h>
#include <tessera/statesync/diff_sync/provider.h>
#include <tessera/statesync/diff_sync/session.h>
#include <tessera/statesync/diff_sync/settings.h>
#include <tessera/statesync/keyed_state.h>
#include <tessera/statesync/snapshot_sync/state_parts.h>
#include <tessera/statesync/sync_gap.h>

#include <boost/system/system_error.hpp>

#include <concepts>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

/// The strategy for machines that keep values by keys: fetch what has changed since the state that
/// the member has.
///
/// The machine keeps its values in a `KeyedState`, which remembers what was changed last, and shows
/// it:
///
///     const KeyedState<K, V>& keyed_state() const { return rows_; }
///     KeyedState<K, V>& keyed_state() { return rows_; }     // a fresh machine is filled through
///     it StateSync state_sync() const { return StateSync{rows_}; }
///
/// A member that lags asks what lies between its update and the present one, and is sent the last
/// write of each key in between. Where the log costs less, only that is fetched; where the history
/// does not reach back, or nothing is there yet, a snapshot in parts, as with `SnapshotSync`, whose
/// snapshots let the log be pruned and are what a restart begins from. All that the machine holds
/// beside its keyed state must follow from it.
///
/// A value, made by the machine's `state_sync()`; not a data member of its machine.
namespace tessera {

/// Machines that `DiffSync` serves.
template <class M>
concept Keyed = requires(const M& machine, M& fresh, UpdateId id) {
  { machine.keyed_state().update_id() } -> std::same_as<UpdateId>;
  { machine.keyed_state().changes_behind(id) } -> std::same_as<std::size_t>;
  fresh.keyed_state().amend(typename diff_sync::StateOf<M>::Changes());
  requires Codable<typename diff_sync::StateOf<M>::Change>;
};

template <class M>
class DiffSync {
 public:
  using Machine = M;
  using Message = diff_sync::Message;

  /// `state`: the machine's own. Only its `history_max` is of interest, which enters the group id:
  /// members that remember differently do not hold one state.
  template <class K, class V>
  explicit DiffSync(const KeyedState<K, V>& state) {
    settings_.history_max = state.history_max();
  }

  /// The most that one answer with changes carries, but for a single larger one; 1 KiB to 8 MiB,
  /// default 1 MiB. Enters the group id: all members must choose the same.
  [[nodiscard]] DiffSync portion_bytes(std::size_t bytes) const {
    return with([&](diff_sync::Settings& settings) { settings.portion_bytes = bytes; });
  }
  /// About how large a part of a snapshot is; see `SnapshotSync::part_bytes`. Enters the group id.
  [[nodiscard]] DiffSync part_bytes(std::size_t bytes) const {
    return with([&](diff_sync::Settings& settings) { settings.snapshots.part_bytes = bytes; });
  }
  /// The most that one answer with log entries carries; 1 KiB to 32 MiB, default 1 MiB. Enters the
  /// group id.
  [[nodiscard]] DiffSync chunk_bytes(std::size_t bytes) const {
    return with(
        [&](diff_sync::Settings& settings) { settings.snapshots.replay.chunk_bytes = bytes; });
  }

  // What follows is each member's own choice.

  /// More bytes of changes are not fetched, but a snapshot; at least a portion, default 64 MiB. A
  /// session takes a few times as much memory as the changes that it has fetched.
  [[nodiscard]] DiffSync diff_bytes_max(std::size_t bytes) const {
    return with([&](diff_sync::Settings& settings) { settings.diff_bytes_max = bytes; });
  }
  /// Bytes of a snapshot's parts asked of one peer at the same time; at least a part, default
  /// 4 MiB.
  [[nodiscard]] DiffSync in_flight_bytes(std::size_t bytes) const {
    return with([&](diff_sync::Settings& settings) { settings.snapshots.in_flight_bytes = bytes; });
  }
  /// Another peer is asked in the place of one that delivers nothing for this long; default 2 s.
  [[nodiscard]] DiffSync request_timeout(Duration timeout) const {
    return with([&](diff_sync::Settings& settings) {
      settings.snapshots.request_timeout = settings.snapshots.replay.request_timeout = timeout;
    });
  }
  /// How long offers are waited for before the best one is taken; default 500 ms.
  [[nodiscard]] DiffSync anchor_wait(Duration wait) const {
    return with([&](diff_sync::Settings& settings) { settings.snapshots.anchor_wait = wait; });
  }

  class Provider {
   public:
    explicit Provider(const diff_sync::Settings& settings)
        : part_bytes_(settings.snapshots.part_bytes),
          provider_(std::make_unique<diff_sync::Provider>(settings)) {}

    std::optional<Message> receive(Message message, PeerId sender,
                                   SyncProviderContext<DiffSync>& cx) {
      return provider_->receive(std::move(message), sender, cx.port(),
                                keyed(cx.machine(), part_bytes_));
    }
    bool poll(SyncProviderContext<DiffSync>& cx) { return provider_->poll(cx.port()); }
    void marker(Cursor, Bytes marker, SyncProviderContext<DiffSync>& cx) {
      provider_->marker(marker, cx.port());
    }
    void entries_read(Index from, std::vector<Entry<typename M::Command>> entries,
                      SyncProviderContext<DiffSync>& cx) {
      provider_->entries_read(from, statesync::as_raw(entries), cx.port());
    }
    void part_read(storage::SnapshotPart part, std::optional<Bytes> data,
                   SyncProviderContext<DiffSync>& cx) {
      provider_->part_read(part, data, cx.port());
    }
    std::optional<Index> safe_to_prune_prefix(SyncProviderContext<DiffSync>& cx) const {
      return diff_sync::Provider::safe_to_prune(cx.port());
    }

   private:
    std::size_t part_bytes_;
    std::unique_ptr<diff_sync::Provider> provider_;
  };

  class Session {
   public:
    Session(const diff_sync::Settings& settings, SessionStart start,
            SyncSessionContext<DiffSync>& cx)
        : part_bytes_(settings.snapshots.part_bytes),
          session_(std::make_unique<diff_sync::Session>(settings, std::move(start), cx.port(),
                                                        keyed(cx.machine(), part_bytes_))) {}

    std::optional<Cursor> poll(SyncSessionContext<DiffSync>& cx) {
      return session_->poll(cx.port(), keyed(cx.machine(), part_bytes_));
    }
    void receive(Message message, PeerId sender, SyncSessionContext<DiffSync>& cx) {
      session_->receive(std::move(message), sender, cx.port(), keyed(cx.machine(), part_bytes_));
    }
    void buffer(Cursor, std::vector<Entry<typename M::Command>> entries,
                SyncSessionContext<DiffSync>&) {
      session_->buffer(statesync::as_raw(entries));
    }
    void part_read(storage::SnapshotPart part, std::optional<Bytes> data,
                   SyncSessionContext<DiffSync>& cx) {
      session_->part_read(part, std::move(data), cx.port());
    }

   private:
    std::size_t part_bytes_;
    std::unique_ptr<diff_sync::Session> session_;
  };

  [[nodiscard]] UniqueId signature() const { return settings_.signature(); }

  /// See `SyncGap`.
  [[nodiscard]] std::optional<std::uint64_t> estimate(const SyncGap& gap,
                                                      SyncProviderContext<DiffSync>& cx) const {
    return diff_sync::Provider::estimate(gap, cx.port(),
                                         keyed(cx.machine(), settings_.snapshots.part_bytes));
  }
  [[nodiscard]] Bytes describe_gap(SyncSessionContext<DiffSync>& cx) const {
    return encode(cx.machine().keyed_state().update_id());
  }

  [[nodiscard]] Provider create_provider(SyncContext<DiffSync>& cx) const {
    static_assert(Keyed<M>,
                  "DiffSync<M> needs of M: const KeyedState<K, V>& keyed_state() const; "
                  "KeyedState<K, V>& keyed_state(); with K and V that cereal serialises");
    settings_.check_bounds();
    check(cx.machine().keyed_state().history_max() == settings_.history_max,
          "DiffSync: it was made with another state than the machine's keyed_state()");
    return Provider(settings_);
  }

  [[nodiscard]] Session create_session(SyncSessionContext<DiffSync>& cx, Cursor position,
                                       Index leader_commit,
                                       std::vector<Entry<typename M::Command>> entries) const {
    return Session(settings_, {position, leader_commit, statesync::as_raw(entries)}, cx);
  }

  /// A view of the machine, in parts.
  [[nodiscard]] std::unique_ptr<StateReader> read_state(const M& machine) const {
    using Reader = snapshot_sync::Reader<diff_sync::StateOf<M>>;
    return std::make_unique<Reader>(machine.keyed_state().create_snapshot(),
                                    settings_.snapshots.part_bytes);
  }
  /// Fills `fresh`, which outlives what is returned. Throws if `contents` is no list of parts.
  [[nodiscard]] std::unique_ptr<StateWriter> write_state(M& fresh, const Bytes& contents) const {
    using Writer = snapshot_sync::Writer<diff_sync::StateOf<M>>;
    auto list = decode<snapshot_sync::PartList>(contents);
    if (!list) throw boost::system::system_error(list.error().within("the list of parts").code());
    return std::make_unique<Writer>(fresh.keyed_state(), *std::move(list));
  }

 private:
  [[nodiscard]] static auto keyed(const M& machine, std::size_t part_bytes) {
    return diff_sync::KeyedMachine<diff_sync::StateOf<M>>(machine.keyed_state(), part_bytes);
  }
  template <class Change>
  [[nodiscard]] DiffSync with(Change change) const {
    DiffSync changed = *this;
    change(changed.settings_);
    return changed;
  }

  diff_sync::Settings settings_;
};

}  // namespace tessera
