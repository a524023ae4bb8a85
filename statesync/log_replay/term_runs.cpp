#include <tessera/statesync/log_replay/term_runs.h>

#include <algorithm>

namespace tessera::log_replay {
namespace {

/// The last index up to `last` that is of the same term as `from`; both are held.
Index end_of_run(const LogWindow& log, TermRuns::Stretch stretch) {
  const auto term = log.term_at(stretch.first);
  Index in = stretch.first;
  Index out = stretch.last + 1;
  while (out - in > 1) {
    const Index middle = in + (out - in) / 2;
    (log.term_at(middle) == term ? in : out) = middle;
  }
  return in;
}

}  // namespace

TermRuns TermRuns::of(const LogWindow& log, Stretch stretch) {
  TermRuns runs;
  runs.first_ = std::max(stretch.first, log.base().index);
  const Index last = std::min(stretch.last, log.last().index);
  for (Index at = runs.first_; at <= last && runs.ends_.size() < runs_max;) {
    const auto term = log.term_at(at);
    if (!term) break;
    const Index end = end_of_run(log, {at, last});
    runs.ends_.push_back({*term, end});
    at = end + 1;
  }
  return runs;
}

std::optional<Term> TermRuns::term_at(Index index) const {
  if (index < first_) return std::nullopt;
  const auto run =
      std::lower_bound(ends_.begin(), ends_.end(), index,
                       [](const Cursor& end, Index wanted) { return end.index < wanted; });
  if (run == ends_.end()) return std::nullopt;
  return run->term;
}

bool TermRuns::contradicts(const TermRuns& other) const {
  if (empty() || other.empty()) return false;
  const Index from = std::max(first_, other.first_);
  const Index upto = std::min(last(), other.last());
  if (from > upto) return false;
  // Terms change only behind an end, so it is enough to compare there and at the beginning.
  if (term_at(from) != other.term_at(from)) return true;
  const auto differs_at_an_end = [&](const std::vector<Cursor>& ends) {
    return std::any_of(ends.begin(), ends.end(), [&](const Cursor& end) {
      const Index next = end.index + 1;
      const bool here =
          end.index >= from && end.index <= upto && term_at(end.index) != other.term_at(end.index);
      const bool behind = next >= from && next <= upto && term_at(next) != other.term_at(next);
      return here || behind;
    });
  };
  return differs_at_an_end(ends_) || differs_at_an_end(other.ends_);
}

bool TermRuns::well_formed() const {
  if (ends_.size() > runs_max) return false;
  if (!ends_.empty() && ends_.front().index < first_) return false;
  return std::adjacent_find(ends_.begin(), ends_.end(),
                            [](const Cursor& left, const Cursor& right) {
                              return left.term >= right.term || left.index >= right.index;
                            }) == ends_.end();
}

}  // namespace tessera::log_replay
