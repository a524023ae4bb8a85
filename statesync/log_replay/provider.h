#pragma once

#include <tessera/groups/catch_up.h>
#include <tessera/statesync/log_replay/message.h>
#include <tessera/statesync/log_replay/settings.h>

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <vector>

/// The provider of log replay: serves committed entries, from memory where they are recent and
/// else from the store, to all who ask in turn.
///
/// It serves whatever its member has committed, also while that is itself in a session. Owned by
/// the member's core for the member's life; called on its strand. Holds at most one unsent chunk
/// and `requests_max` small requests for each of `requesters_max` peers.
namespace tessera::log_replay {

class Provider {
 public:
  explicit Provider(const Settings& settings) : settings_(settings) {}
  Provider(Provider&&) = delete;
  Provider& operator=(Provider&&) = delete;

  /// See `CatchUpProvider`.
  std::optional<Message> receive(Message message, const PeerId& sender, ProviderContext& cx);
  bool poll(ProviderContext& cx);
  void entries_read(Index from, std::vector<LogEntry> entries, ProviderContext& cx);

  static constexpr std::size_t requests_max = 64;
  static constexpr std::size_t requesters_max = 64;

  /// Requests waiting, and bytes of chunks that wait for room in a lane. For tests.
  struct Load {
    std::size_t requests = 0;
    std::size_t unsent = 0;
  };
  [[nodiscard]] Load load() const;

 private:
  struct Requester {
    std::uint64_t session = 0;
    std::deque<Fetch> waiting;
    Bytes unsent;
    TimePoint retry_at{};

    [[nodiscard]] bool idle() const { return waiting.empty() && unsent.empty(); }
  };
  using Requesters = std::map<PeerId, Requester>;

  /// What the store has been asked to read, and for whom.
  struct Reading {
    PeerId peer;
    std::uint64_t session = 0;
    Fetch fetch;
  };

  void enqueue(const Fetch& fetch, std::uint64_t session, const PeerId& sender,
               ProviderContext& cx);
  void forget_the_gone(const ProviderContext& cx);
  [[nodiscard]] Requesters::iterator next_in_turn(const ProviderContext& cx);
  [[nodiscard]] bool can_serve(const Requester& requester, const ProviderContext& cx) const;
  void serve(Requesters::iterator turn, ProviderContext& cx);
  void send(const PeerId& to, const Message& message, ProviderContext& cx);
  void deliver(const Reading& to, const std::vector<LogEntry>& entries, ProviderContext& cx);
  [[nodiscard]] std::optional<Refusal> refusal(const Fetch& fetch, const ProviderContext& cx) const;

  Settings settings_;
  Requesters requesters_;
  PeerId served_last_;
  std::optional<Reading> reading_;
};

}  // namespace tessera::log_replay
