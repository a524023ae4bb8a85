#pragma once

#include <tessera/groups/catch_up.h>
#include <tessera/statesync/log_replay/gap.h>
#include <tessera/statesync/log_replay/live_entries.h>
#include <tessera/statesync/log_replay/message.h>
#include <tessera/statesync/log_replay/settings.h>
#include <tessera/statesync/log_replay/sources.h>
#include <tessera/statesync/log_replay/term_ledger.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

/// The session of log replay: fetches the committed entries that the local log lacks from all
/// bonded peers at once, in any order, and writes them in order.
///
/// The terms of the committed log are asked for first. From them alone follow where the local tail
/// leaves it, which is where fetching begins, and whether a chunk belongs to it, so that chunks are
/// judged one by one as they come. Chunks are bounded in bytes: a request names the range that is
/// guessed to fill one, and what the answer leaves over is asked for again.
///
/// Owned by the member's core while it lags; called on its strand.
namespace tessera::log_replay {

class Session {
 public:
  Session(const Settings& settings, SessionStart start, SessionContext& cx);
  Session(Session&&) = delete;
  Session& operator=(Session&&) = delete;

  /// See `CatchUpSession`.
  std::optional<Cursor> poll(SessionContext& cx);
  void receive(Message message, const PeerId& sender, SessionContext& cx);
  void buffer(std::vector<LogEntry> entries) { live_.keep(std::move(entries)); }

  /// Bytes of entries that wait here, and that may arrive for what has been asked. For tests.
  struct Load {
    std::size_t waiting = 0;
    std::size_t asked = 0;
    std::size_t live = 0;
  };
  [[nodiscard]] Load load() const { return {gap_.bytes(), sources_.bytes_asked(), live_.bytes()}; }

 private:
  // session.cpp
  [[nodiscard]] bool holds_target(const SessionContext& cx) const;
  Cursor finish(SessionContext& cx);
  void track_bonds(SessionContext& cx);
  void take(Offer offer, const PeerId& sender, SessionContext& cx);
  void take(Chunk chunk, const PeerId& sender, SessionContext& cx);
  void take(const Refusal& refusal, const PeerId& sender, SessionContext& cx);
  enum class Verdict : std::uint8_t { right, wrong, unknown };
  [[nodiscard]] Verdict judge(const Chunk& chunk) const;
  void settle(SessionContext& cx);
  [[nodiscard]] Index end_of_agreement(const SessionContext& cx) const;
  void write(SessionContext& cx);
  void report(SessionContext& cx);

  // session_requests.cpp
  void ask(const PeerId& peer, SessionContext& cx);
  void ask_again(SessionContext& cx);
  void request(SessionContext& cx);
  void double_the_oldest(SessionContext& cx);
  [[nodiscard]] bool send(const PeerId& peer, IndexRange range, SessionContext& cx);
  [[nodiscard]] IndexRange cut(IndexRange range, const PeerId& peer) const;
  [[nodiscard]] bool has_budget(Index first) const;
  [[nodiscard]] std::optional<std::string> hopeless() const;
  void wake_in_time(SessionContext& cx) const;
  [[nodiscard]] std::optional<PeerId> leader_of(const SessionContext& cx) const;

  Settings settings_;
  Cursor target_;
  std::uint64_t number_;
  Sources sources_;
  TermLedger ledger_;
  Gap gap_;
  LiveEntries live_;
  std::optional<std::uint64_t> bonds_version_;
  std::optional<PeerId> settled_leader_;
  bool settled_ = false;  ///< `gap_` begins where it must
  bool unsettled_statement_ = false;
  std::uint64_t requests_ = 0;

  // What has been learnt of the size of entries, and how far the session is.
  std::uint64_t bytes_received_ = 0;
  std::uint64_t entries_received_ = 0;
  std::uint64_t entries_written_ = 0;
  SyncProgress reported_;
};

}  // namespace tessera::log_replay
