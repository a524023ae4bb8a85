#pragma once

#include <tessera/groups/anchor.h>
#include <tessera/groups/catch_up.h>
#include <tessera/primitives/codec.h>
#include <tessera/statesync/entry.h>
#include <tessera/statesync/log_view.h>
#include <tessera/statesync/observer.h>

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

/// What a strategy may see and do, in terms of its own types.
///
/// A context is made for one call on the group's strand and must not be kept; only a `Waker` may.
/// Unconstrained templates on purpose: they are named inside strategies that are not complete yet.
/// Each is a thin layer over the untyped context in groups/catch_up.h.
namespace tessera {

/// What stands behind every typed context of one member: its machine, which `install` replaces,
/// and where oddities are told. Owned by the machine's adapter, which outlives all contexts.
template <class M>
struct SyncHome {
  std::unique_ptr<M> machine;
  SyncObserver observer;

  void tell(const SyncEvent& event) const {
    if (observer) observer(event);
  }
};

/// What a strategy turns its machine into: the result of `save`.
template <class S>
using SavedState = std::remove_cvref_t<decltype(std::declval<const S&>().save(
    std::declval<const typename S::Machine&>()))>;

/// The bytes of a saved state. `Bytes` are taken as they are.
template <class Saved>
[[nodiscard]] Result<Bytes> encode_saved(Saved saved) {
  if constexpr (std::same_as<Saved, Bytes>) {
    return Bytes(std::move(saved));
  } else {
    return try_encode(saved);
  }
}

/// The same back.
template <class Saved>
[[nodiscard]] Result<Saved> decode_saved(const Bytes& bytes) {
  if constexpr (std::same_as<Saved, Bytes>) {
    return Bytes(bytes);
  } else {
    return decode<Saved>(bytes);
  }
}

template <class S>
class SyncContext {
 public:
  using Machine = typename S::Machine;
  using Command = typename Machine::Command;
  using Message = typename S::Message;

  SyncContext(const SyncContext&) = delete;
  SyncContext& operator=(const SyncContext&) = delete;

  /// The machine, to read. After `install`: still the old one, until the new one is durable.
  [[nodiscard]] const Machine& machine() const { return *home_.machine; }
  [[nodiscard]] LogView<Command> log() const { return LogView<Command>(port_.log()); }
  [[nodiscard]] Cursor committed() const { return port_.committed(); }
  [[nodiscard]] Cursor applied() const { return port_.applied(); }
  /// What belongs to the applied state right now, for a snapshot of the machine as it is.
  [[nodiscard]] Anchor anchor() const { return port_.anchor(); }
  [[nodiscard]] PeerId local_id() const { return port_.local_id(); }
  [[nodiscard]] GroupId group_id() const { return port_.group_id(); }
  [[nodiscard]] NetworkId network_id() const { return port_.network_id(); }
  /// The bonded peers, and a version that rises with every change.
  [[nodiscard]] BondsView bonds() const { return port_.bonds(); }
  /// The time of this call: the only clock a strategy has.
  [[nodiscard]] TimePoint now() const { return port_.now(); }

  /// Polls again right after this call.
  void wake() { port_.wake(); }
  /// Polls again at `when`; of several requests the earliest stands.
  void wake_at(TimePoint when) { port_.wake_at(when); }
  /// Copyable, callable from any thread at any time: polls soon.
  [[nodiscard]] Waker waker() const { return port_.waker(); }

  /// False if `peer` is not bonded, its lane is full, or the message is above the limit: try again
  /// later. Counted and logged.
  bool send_to(PeerId peer, Message message) {
    const auto bytes = encoded(message, peer);
    if (!bytes) return false;
    if (port_.send_to(peer, *bytes)) return true;
    home_.tell({SyncEvent::Kind::unsent_message, peer,
                std::to_string(bytes->size()) + " bytes could not be sent"});
    return false;
  }

  /// To every bonded peer; returns to whom it went.
  std::vector<PeerId> broadcast(Message message) {
    const auto bytes = encoded(message, PeerId{});
    return bytes ? port_.broadcast(*bytes) : std::vector<PeerId>{};
  }

  /// Asks for the entries from `from` on, up to `bytes_max` bytes but at least one; answered by
  /// `entries_read(from, entries, cx)` on whoever asked, without entries if `from` is not held.
  void read_log(Index from, std::size_t bytes_max) { port_.read_log(from, bytes_max); }

  /// This member's stored snapshots; parts come with `part_read(part, data, cx)`.
  [[nodiscard]] Snapshots& snapshots() { return port_.snapshots(); }

  /// `SyncProviderContext::state_diverged` was called, and no state has been installed since.
  [[nodiscard]] bool diverged() const { return port_.diverged(); }

  /// What stands behind the context, for strategies that are themselves layers. It outlives every
  /// provider and session.
  [[nodiscard]] const SyncHome<Machine>& home() const { return home_; }

 protected:
  struct Base {
    CatchUpContext& port;
    const SyncHome<Machine>& home;
  };
  explicit SyncContext(Base base) : port_(base.port), home_(base.home) {}
  ~SyncContext() = default;

 private:
  [[nodiscard]] std::optional<Bytes> encoded(const Message& message, PeerId peer) const {
    auto bytes = try_encode(message);
    if (bytes) return *std::move(bytes);
    home_.tell({SyncEvent::Kind::unencodable_message, peer, bytes.error().message()});
    return std::nullopt;
  }

  CatchUpContext& port_;
  const SyncHome<Machine>& home_;
};

template <class S>
class SyncProviderContext final : public SyncContext<S> {
 public:
  using typename SyncContext<S>::Machine;
  using typename SyncContext<S>::Command;

  struct Parts {
    ProviderContext& port;
    const SyncHome<Machine>& home;
  };
  explicit SyncProviderContext(Parts parts)
      : SyncContext<S>(typename SyncContext<S>::Base{parts.port, parts.home}), port_(parts.port) {}

  /// The leader, if one is known.
  [[nodiscard]] std::optional<PeerId> leader() const { return port_.leader(); }
  [[nodiscard]] bool is_leader() const { return port_.is_leader(); }

  /// Appends `command` outside of exactly-once, without an answer: if it is ever applied, it is at
  /// one position on all members. Handed back unless this member leads and has room on its disk.
  std::optional<Command> feed_command(Command command) {
    auto bytes = try_encode(command);
    if (!bytes || port_.feed_command(*std::move(bytes))) return command;
    return std::nullopt;
  }
  /// Appends a marker, which reaches `marker` of every provider once applied. False unless this
  /// member leads.
  bool feed_marker(Bytes marker) { return port_.feed_marker(std::move(marker)); }

  /// True if `peers` hold a majority of the voters in force at `anchor`.
  [[nodiscard]] bool is_majority(const Anchor& anchor, const std::set<PeerId>& peers) const {
    return port_.is_majority(anchor, peers);
  }
  /// The group has found that this member's machine is not what the others' are: nothing is applied
  /// to it any more, and sessions are opened until one has installed a state.
  void state_diverged(const std::string& how) { port_.state_diverged(how); }

  /// The untyped context, for strategies that are themselves layers.
  [[nodiscard]] ProviderContext& port() { return port_; }

 private:
  ProviderContext& port_;
};

template <class S>
class SyncSessionContext final : public SyncContext<S> {
 public:
  using typename SyncContext<S>::Machine;
  using typename SyncContext<S>::Command;

  struct Parts {
    SessionContext& port;
    const SyncHome<Machine>& home;
  };
  explicit SyncSessionContext(Parts parts)
      : SyncContext<S>(typename SyncContext<S>::Base{parts.port, parts.home}), port_(parts.port) {}

  /// The last known leader; it may be gone.
  [[nodiscard]] PeerId leader() const { return port_.leader().value_or(PeerId{}); }

  /// Replaces the machine by `saved` and the log by `anchor`, durably or not at all; nothing
  /// happens if its position is at or below the applied one and the state has not diverged, or if
  /// another installation is on its way to the store. If it fails, the session fails. Only for
  /// strategies with `save` and `restore`.
  template <class Strategy = S>
  void install(Anchor anchor, SavedState<Strategy> saved) {
    auto bytes = encode_saved<SavedState<Strategy>>(std::move(saved));
    if (!bytes) return fail("the state to install cannot be encoded: " + bytes.error().message());
    port_.install(anchor, *std::move(bytes));
  }

  /// A snapshot that this session puts together from parts, instead of `install`. Only for
  /// strategies with `read_state` and `write_state`.
  [[nodiscard]] StagedSnapshot& staging() { return port_.staging(); }

  /// Appends what continues the log after `position`: skips what is there and stops quietly at the
  /// first entry that does not follow. At or below the session's target a conflicting local suffix
  /// above commit is replaced.
  void append_after(Cursor position, const std::vector<Entry<Command>>& entries) {
    port_.append_after(position, statesync::as_raw(entries));
  }

  /// Ends the session after this call; a new one opens with back-off. The reason shows in
  /// `status()`.
  void fail(std::string reason) { port_.fail(std::move(reason)); }
  /// How far the session is. Optional; what grows counts as progress.
  void report(SyncProgress progress) { port_.report(progress); }

  /// The untyped context, for strategies that are themselves layers.
  [[nodiscard]] SessionContext& port() { return port_; }

 private:
  SessionContext& port_;
};

}  // namespace tessera
