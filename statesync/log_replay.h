#pragma once

#include <tessera/primitives/codec.h>
#include <tessera/statesync/contexts.h>
#include <tessera/statesync/log_replay/message.h>
#include <tessera/statesync/log_replay/provider.h>
#include <tessera/statesync/log_replay/session.h>
#include <tessera/statesync/log_replay/settings.h>
#include <tessera/statesync/sync_gap.h>

#include <memory>
#include <optional>
#include <utility>
#include <vector>

/// The strategy for any state machine: fetch the log entries that are missing and apply them.
///
/// Needs nothing of the machine. All bonded peers are fetched from at once, the leader last. The
/// member keeps its whole log, because nothing else brings its machine back after a restart; a
/// strategy that saves state allows pruning.
///
///     StateSync state_sync() const { return StateSync{}.chunk_bytes(256 << 10); }
///
/// A value, made by the machine's `state_sync()`; not a data member of its machine.
namespace tessera {

template <class M>
class LogReplay {
 public:
  using Machine = M;
  using Message = log_replay::Message;

  LogReplay() = default;

  /// The most that one answer carries; 1 KiB to 32 MiB, default 1 MiB. Enters the group id: all
  /// members must choose the same.
  [[nodiscard]] LogReplay chunk_bytes(std::size_t bytes) const {
    return with([&](log_replay::Settings& settings) { settings.chunk_bytes = bytes; });
  }

  // What follows is each member's own choice.

  /// Chunks asked of one peer at the same time; 1 to 64, default 4.
  [[nodiscard]] LogReplay in_flight(std::size_t chunks) const {
    return with([&](log_replay::Settings& settings) { settings.in_flight = chunks; });
  }
  /// Bytes of entries that may wait for those before them; at least a chunk, default 64 MiB.
  [[nodiscard]] LogReplay buffer_bytes(std::size_t bytes) const {
    return with([&](log_replay::Settings& settings) { settings.buffer_bytes = bytes; });
  }
  /// A peer that delivers nothing for this long is asked for less, and others in its place;
  /// default 2 s.
  [[nodiscard]] LogReplay request_timeout(Duration timeout) const {
    return with([&](log_replay::Settings& settings) { settings.request_timeout = timeout; });
  }
  /// How often peers that cannot serve what is needed are asked again; default 1 s.
  [[nodiscard]] LogReplay ask_again(Duration interval) const {
    return with([&](log_replay::Settings& settings) { settings.ask_again = interval; });
  }

  class Provider {
   public:
    explicit Provider(const log_replay::Settings& settings)
        : provider_(std::make_unique<log_replay::Provider>(settings)) {}

    std::optional<Message> receive(Message message, PeerId sender,
                                   SyncProviderContext<LogReplay>& cx) {
      return provider_->receive(std::move(message), sender, cx.port());
    }
    bool poll(SyncProviderContext<LogReplay>& cx) { return provider_->poll(cx.port()); }
    void entries_read(Index from, std::vector<Entry<typename M::Command>> entries,
                      SyncProviderContext<LogReplay>& cx) {
      provider_->entries_read(from, statesync::as_raw(entries), cx.port());
    }

   private:
    std::unique_ptr<log_replay::Provider> provider_;
  };

  class Session {
   public:
    explicit Session(std::unique_ptr<log_replay::Session> session) : session_(std::move(session)) {}

    std::optional<Cursor> poll(SyncSessionContext<LogReplay>& cx) {
      return session_->poll(cx.port());
    }
    void receive(Message message, PeerId sender, SyncSessionContext<LogReplay>& cx) {
      session_->receive(std::move(message), sender, cx.port());
    }
    void buffer(Cursor, std::vector<Entry<typename M::Command>> entries,
                SyncSessionContext<LogReplay>&) {
      session_->buffer(statesync::as_raw(entries));
    }

   private:
    std::unique_ptr<log_replay::Session> session_;
  };

  [[nodiscard]] UniqueId signature() const { return settings_.signature(); }

  /// See `SyncGap`.
  [[nodiscard]] std::optional<std::uint64_t> estimate(const SyncGap& gap,
                                                      SyncProviderContext<LogReplay>& cx) const {
    return statesync::log_bytes_of(gap, cx.port());
  }

  [[nodiscard]] Provider create_provider(SyncContext<LogReplay>&) const {
    settings_.check_bounds();
    return Provider(settings_);
  }

  [[nodiscard]] Session create_session(SyncSessionContext<LogReplay>& cx, Cursor position,
                                       Index leader_commit,
                                       std::vector<Entry<typename M::Command>> entries) const {
    SessionStart start{position, leader_commit, statesync::as_raw(entries)};
    return Session(std::make_unique<log_replay::Session>(settings_, std::move(start), cx.port()));
  }

 private:
  template <class Change>
  [[nodiscard]] LogReplay with(Change change) const {
    LogReplay changed = *this;
    change(changed.settings_);
    return changed;
  }

  log_replay::Settings settings_;
};

}  // namespace tessera
