#pragma once

#include <tessera/groups/catch_up.h>
#include <tessera/statesync/log_replay/message.h>
#include <tessera/statesync/log_replay/settings.h>

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <vector>

/// The peers a session fetches from, and how much each is asked for.
///
/// Owned by one session. A peer's window grows with each chunk it delivers and halves when it
/// delivers nothing in time, is busy, or another had to be asked in its place.
namespace tessera::log_replay {

/// A range that a peer has been asked for.
struct Request {
  std::uint64_t id = 0;
  IndexRange range;
  std::size_t bytes = 0;  ///< the most that the answer carries
  TimePoint sent_at{};
  bool doubled = false;    ///< another peer has been asked for the same
  unsigned overtaken = 0;  ///< answers to later requests of the same peer that came before
};

struct Source {
  // What it said of itself.
  std::optional<Held> held;
  std::optional<TimePoint> asked_at;

  // What it is asked for.
  std::vector<Request> requests;
  std::size_t window = 0;
  unsigned strikes = 0;
  TimePoint blocked_until{};  ///< it has no room for a message
  TimePoint rests_until{};    ///< it was slow: others come first, and it does one thing at a time
  TimePoint delivered_at{};
  std::uint64_t entries_asked = 0;

  [[nodiscard]] bool holds(Index index) const {
    return held && index > held->base.index && index <= held->committed.index;
  }
  /// The entry has existed here, and is pruned.
  [[nodiscard]] bool pruned(Index index) const { return held && index <= held->base.index; }
  [[nodiscard]] bool rests(TimePoint now) const { return now < rests_until; }
  [[nodiscard]] bool has_room(TimePoint now) const {
    return requests.size() < (rests(now) ? 1 : window) && now >= blocked_until;
  }
  /// When its oldest request is overdue.
  [[nodiscard]] TimePoint overdue_at(Duration timeout) const;
};

class Sources {
 public:
  explicit Sources(const Settings& settings) : settings_(settings) {}

  /// Keeps `peers` and no others; returns those that are new. Requests to who is gone are void.
  std::vector<PeerId> keep_only(const std::vector<PeerId>& peers);

  [[nodiscard]] std::map<PeerId, Source>& all() { return sources_; }
  [[nodiscard]] const std::map<PeerId, Source>& all() const { return sources_; }
  [[nodiscard]] Source* find(const PeerId& peer);

  /// It sent something that contradicts the committed log: nothing more is asked of it.
  void expel(const PeerId& peer);
  [[nodiscard]] bool expelled(const PeerId& peer) const { return expelled_.contains(peer); }
  [[nodiscard]] std::size_t expelled_count() const { return expelled_.size(); }
  /// Everybody gets another chance: what they were judged by turned out to be wrong.
  void forgive() { expelled_.clear(); }

  /// Who is to be asked for `index` now: of the peers that hold it and have room the least busy,
  /// and none in `except`. The leader comes last: it waits until the others have said what they
  /// hold, and while they are at work it does one thing at a time.
  struct Wanted {
    Index index;
    TimePoint now{};
    std::optional<PeerId> leader;
    std::set<PeerId> except;
  };
  [[nodiscard]] std::optional<PeerId> pick(const Wanted& wanted) const;

  /// How many bytes to ask of `source` at once: less if it was slow.
  [[nodiscard]] std::size_t bytes_for(const Source& source) const;

  /// Ends the request `id` of `peer`; nothing if it was void already. Earlier ones that have been
  /// overtaken too often are taken for lost.
  std::optional<Request> finish(const PeerId& peer, std::uint64_t id);
  void delivered(Source& source, TimePoint now) const;
  void slowed(Source& source) const;
  /// Voids the requests of everybody who is overdue and lets them rest.
  void void_overdue(TimePoint now);
  void void_all();

  [[nodiscard]] std::vector<IndexRange> asked() const;
  [[nodiscard]] std::size_t bytes_asked() const;

  /// How long the leader is not asked for anything because another has not answered yet.
  [[nodiscard]] Duration answer_grace() const { return settings_.request_timeout / 8; }

 private:
  [[nodiscard]] bool leader_may_serve(const Wanted& wanted) const;

  const Settings& settings_;
  std::map<PeerId, Source> sources_;
  std::set<PeerId> expelled_;
};

}  // namespace tessera::log_replay
