#pragma once

#include "fake_log.h"
#include "fake_snapshots.h"
#include <tessera/groups/catch_up.h>
#include <tessera/primitives/random.h>

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

/// A group without consensus, for strategies to run in: members with logs that a test wrote, and a
/// network and a clock made from a seed. Single-threaded; the same seed gives the same run.
namespace tessera::tests {

[[nodiscard]] PeerId peer(unsigned number);

/// What the network does to messages.
struct Weather {
  std::uint64_t loss_permille = 0;
  std::uint64_t duplication_permille = 0;
  std::chrono::milliseconds delay_max{5};
  std::size_t lane_bytes = std::size_t{64} << 20U;  ///< under way between two peers, at most
};

class FakeGroup;

/// One member, as much of it as a strategy sees.
class Member {
 public:
  Member(FakeGroup& group, PeerId id);
  ~Member();

  /// Starts the strategy's provider; call again for another life of the member.
  void run(CatchUpStrategy& strategy);
  void open_session(SessionStart start);
  void buffer(const std::vector<LogEntry>& entries);
  /// Ends the session as a crash does: what the log holds stays.
  void drop_session();

  // Called by the group.
  void receive(const PeerId& from, const Bytes& message);
  void poll();
  [[nodiscard]] std::optional<TimePoint> next_wake() const;

  const PeerId id;
  FakeLog log;
  FakeSnapshots snapshots;
  /// What `Snapshots::log_bytes_behind` says, whatever position is asked for.
  std::uint64_t log_bytes_behind = 0;
  Cursor committed;
  Cursor applied;
  bool alive = true;
  /// Added to the delay of everything it sends.
  std::chrono::milliseconds slowness{0};
  /// Changes what it sends, or swallows it.
  std::function<std::optional<Bytes>(Bytes)> distort;
  /// The runtime's part of its applied state.
  Bytes runtime;

  // What became of its session.
  std::optional<Cursor> done;
  std::optional<std::string> failed;
  SyncProgress progress;
  std::size_t appended = 0;   ///< entries that `append_after` took
  std::size_t installed = 0;  ///< calls of `install` that took effect
  std::size_t bytes_sent = 0;
  std::vector<std::string> warnings;
  std::optional<std::string> diverged;
  std::vector<Bytes> fed;  ///< commands and markers, if it leads

  [[nodiscard]] CatchUpSession* session() { return session_.get(); }
  [[nodiscard]] CatchUpProvider* provider() { return provider_.get(); }
  [[nodiscard]] ProviderContext& provider_context();
  [[nodiscard]] SessionContext& session_context();

 private:
  struct Wakes {
    bool now = false;
    std::optional<TimePoint> at;
    bool due(TimePoint time);
  };
  template <class Port>
  class Side;
  class ProviderSide;
  class SessionSide;
  void poll_session();
  void installed_at(const Anchor& anchor);

  FakeGroup& group_;
  CatchUpStrategy* strategy_ = nullptr;
  Wakes provider_wakes_;
  Wakes session_wakes_;
  std::unique_ptr<ProviderSide> provider_side_;
  std::unique_ptr<SessionSide> session_side_;
  std::unique_ptr<CatchUpProvider> provider_;
  std::unique_ptr<CatchUpSession> session_;
  Cursor target_;
  std::uint64_t life_ = 0;  ///< reads of an earlier one find nobody
};

class FakeGroup {
 public:
  explicit FakeGroup(std::uint64_t seed, Weather weather = {});

  Member& add(unsigned number);
  [[nodiscard]] Member& at(const PeerId& id) { return *members_.at(id); }
  [[nodiscard]] std::map<PeerId, std::unique_ptr<Member>>& members() { return members_; }

  /// Its bonds go, with what is under way to it.
  void kill(Member& member);
  void revive(Member& member);

  /// Runs until `condition`, which is looked at after every event; false if `limit` comes first.
  bool run_until(const std::function<bool()>& condition, std::chrono::seconds limit);

  [[nodiscard]] BondsView bonds_of(const PeerId& id) const;
  bool send(Member& from, const PeerId& to, const Bytes& message);
  void after(std::chrono::microseconds delay, std::function<void()> action);

  std::optional<PeerId> leader;
  TimePoint now{std::chrono::hours{1}};
  Random random;
  Weather weather;
  /// Called after every event.
  std::function<void()> watch;

 private:
  [[nodiscard]] std::chrono::microseconds delay_of(const Member& from);

  std::map<PeerId, std::unique_ptr<Member>> members_;
  std::multimap<TimePoint, std::function<void()>> events_;
  std::map<std::pair<PeerId, PeerId>, std::size_t> under_way_;
  std::uint64_t bonds_version_ = 1;
};

}  // namespace tessera::tests
