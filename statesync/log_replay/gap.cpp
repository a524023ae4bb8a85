#include <tessera/statesync/log_replay/gap.h>

#include <algorithm>
#include <iterator>
#include <numeric>
#include <utility>

namespace tessera::log_replay {
namespace {

std::size_t size_of(const Run& run) {
  return std::accumulate(run.entries.begin(), run.entries.end(), std::size_t{0},
                         [](std::size_t sum, const RawEntry& entry) { return sum + entry.size(); });
}

/// The part of `run` that lies in `range`, which must lie in it.
Run part_of(const Run& run, IndexRange range) {
  const auto skipped = static_cast<std::ptrdiff_t>(range.first - run.first());
  const auto count = static_cast<std::ptrdiff_t>((range.last + 1) - range.first);
  const auto begin = run.entries.begin() + skipped;
  Run part;
  part.source = run.source;
  part.preceding = skipped == 0 ? run.preceding : std::prev(begin)->position;
  part.entries.assign(begin, begin + count);
  return part;
}

}  // namespace

void Gap::start_at(Index next) {
  next_ = next;
  while (!runs_.empty() && runs_.begin()->first < next_) {
    const Run first = std::move(runs_.begin()->second);
    bytes_ -= size_of(first);
    entries_ -= first.entries.size();
    runs_.erase(runs_.begin());
    if (first.last() >= next_) insert(part_of(first, {next_, first.last()}));
  }
}

Gap::Runs::const_iterator Gap::holding(Index index) const {
  auto after = runs_.upper_bound(index);
  if (after == runs_.begin()) return runs_.end();
  const auto run = std::prev(after);
  return run->second.last() >= index ? run : runs_.end();
}

std::optional<IndexRange> Gap::missing(Index until, const std::vector<IndexRange>& asked) const {
  const Index end = std::min(until, target_);
  // Walks over whatever covers the present place, until nothing does.
  for (Index at = next_; at <= end;) {
    if (const auto run = holding(at); run != runs_.end()) {
      at = run->second.last() + 1;
      continue;
    }
    const auto in = std::find_if(asked.begin(), asked.end(), [&](const IndexRange& range) {
      return range.first <= at && at <= range.last;
    });
    if (in != asked.end()) {
      at = in->last + 1;
      continue;
    }
    Index last = end;
    if (const auto run = runs_.upper_bound(at); run != runs_.end()) {
      last = std::min(last, run->first - 1);
    }
    for (const IndexRange& range : asked) {
      if (range.first > at) last = std::min(last, range.first - 1);
    }
    return IndexRange{at, last};
  }
  return std::nullopt;
}

std::size_t Gap::keep(const Run& run) {
  const std::size_t before = bytes_;
  const Index last = std::min(run.last(), target_);
  for (Index at = std::max(run.first(), next_); at <= last;) {
    if (const auto held = holding(at); held != runs_.end()) {
      at = held->second.last() + 1;
      continue;
    }
    Index end = last;
    if (const auto following = runs_.upper_bound(at); following != runs_.end()) {
      end = std::min(end, following->first - 1);
    }
    insert(part_of(run, {at, end}));
    at = end + 1;
  }
  return bytes_ - before;
}

const Run* Gap::ready() const {
  const auto run = runs_.find(next_);
  return run == runs_.end() ? nullptr : &run->second;
}

void Gap::drop_if(const std::function<bool(const Cursor&)>& wrong) {
  for (auto run = runs_.begin(); run != runs_.end();) {
    const auto& entries = run->second.entries;
    const bool drop = wrong(run->second.preceding) ||
                      std::any_of(entries.begin(), entries.end(),
                                  [&](const RawEntry& entry) { return wrong(entry.position); });
    run = drop ? erase(run) : std::next(run);
  }
}

void Gap::insert(Run run) {
  bytes_ += size_of(run);
  entries_ += run.entries.size();
  const Index first = run.first();
  runs_.emplace(first, std::move(run));
}

Gap::Runs::iterator Gap::erase(Runs::iterator run) {
  bytes_ -= size_of(run->second);
  entries_ -= run->second.entries.size();
  return runs_.erase(run);
}

}  // namespace tessera::log_replay
