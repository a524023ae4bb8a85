#include <tessera/statesync/log_replay/term_ledger.h>

#include <algorithm>
#include <utility>

namespace tessera::log_replay {

void TermLedger::state(const PeerId& peer, TermRuns terms) { stated_[peer] = std::move(terms); }

void TermLedger::forget(const PeerId& peer) { stated_.erase(peer); }

std::size_t TermLedger::supporters(const TermRuns& terms) const {
  return static_cast<std::size_t>(
      std::count_if(stated_.begin(), stated_.end(),
                    [&](const auto& statement) { return !statement.second.contradicts(terms); }));
}

bool TermLedger::settle(const std::optional<PeerId>& leader) {
  const auto before = std::move(believed_);
  const auto doubted_before = std::move(doubted_);
  believed_.clear();
  doubted_.clear();
  disputed_ = false;
  for (const auto& [peer, terms] : stated_) {
    const bool leads = leader == peer;
    const std::size_t own = supporters(terms);
    for (const auto& [other, others] : stated_) {
      if (leads || !terms.contradicts(others)) continue;
      const std::size_t theirs = supporters(others);
      const bool undecided = leader != other && own == theirs;
      if (leader == other || own <= theirs) doubted_.insert(peer);
      disputed_ = disputed_ || undecided;
    }
    if (!doubted_.contains(peer) && !terms.empty()) believed_.push_back(terms);
  }
  return believed_ != before || doubted_ != doubted_before;
}

std::optional<Term> TermLedger::term_at(Index index) const {
  for (const TermRuns& terms : believed_) {
    if (const auto term = terms.term_at(index)) return term;
  }
  return std::nullopt;
}

Index TermLedger::known_until(Index first) const {
  Index until = first - 1;
  for (bool grew = true; grew;) {
    grew = false;
    for (const TermRuns& terms : believed_) {
      if (terms.first() > until + 1 || terms.last() <= until) continue;
      until = terms.last();
      grew = true;
    }
  }
  return until;
}

std::optional<Index> TermLedger::first_known(Index from) const {
  std::optional<Index> first;
  for (const TermRuns& terms : believed_) {
    if (terms.last() < from) continue;
    const Index here = std::max(from, terms.first());
    if (!first || here < *first) first = here;
  }
  return first;
}

}  // namespace tessera::log_replay
