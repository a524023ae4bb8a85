#pragma once

#include <tessera/primitives/ids.h>
#include <tessera/statesync/log_replay/term_runs.h>

#include <map>
#include <optional>
#include <set>
#include <vector>

/// What a session's peers say of the committed log, and what of it is believed.
///
/// Committed logs never differ. Where two peers do, the leader is right (it named the target); next
/// the side with more supporters; and while that is undecided neither is believed. Owned by one
/// session.
namespace tessera::log_replay {

class TermLedger {
 public:
  /// Replaces what `peer` said before.
  void state(const PeerId& peer, TermRuns terms);
  void forget(const PeerId& peer);

  /// Decides anew. True if the outcome has changed.
  bool settle(const std::optional<PeerId>& leader);

  /// The term that the committed log has at `index`, if it is known.
  [[nodiscard]] std::optional<Term> term_at(Index index) const;
  /// The last index of the stretch that is known without a gap from `first` on; `first` - 1 if not
  /// even that is known.
  [[nodiscard]] Index known_until(Index first) const;
  /// The lowest index known at or above `from`.
  [[nodiscard]] std::optional<Index> first_known(Index from) const;

  /// True if what `peer` says contradicts what is believed, or nobody knows who is right.
  [[nodiscard]] bool doubts(const PeerId& peer) const { return doubted_.contains(peer); }
  /// True if two peers contradict each other and nothing decides between them.
  [[nodiscard]] bool disputed() const { return disputed_; }

 private:
  [[nodiscard]] std::size_t supporters(const TermRuns& terms) const;

  std::map<PeerId, TermRuns> stated_;
  std::vector<TermRuns> believed_;
  std::set<PeerId> doubted_;
  bool disputed_ = false;
};

}  // namespace tessera::log_replay
