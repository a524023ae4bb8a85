#include <tessera/groups/core/raft/log.h>
#include <tessera/primitives/check.h>

#include <algorithm>

namespace tessera::core {

Log::Log(const storage::GroupRecord& record, std::vector<RawEntry> recent)
    : base_(record.base), last_(record.last) {
  for (const storage::TermRun& run : record.runs) runs_.emplace(run.first, run.term);
  for (RawEntry& entry : recent) {
    offset_ += entry.size();
    recent_.push_back({std::move(entry), offset_});
  }
  check_invariants();
}

std::optional<Term> Log::term_at(Index index) const {
  if (index == base_.index) return base_.term;
  if (index < base_.index || index > last_.index) return std::nullopt;
  return std::prev(runs_.upper_bound(index))->second;
}

bool Log::holds(const Cursor& position) const { return term_at(position.index) == position.term; }

Cursor Log::cursor_at(Index index) const {
  const auto term = term_at(index);
  check(term.has_value(), "the index is within the log");
  return {*term, index};
}

Cursor Log::last_that_may_match(const Cursor& limit) const {
  Index index = std::min(limit.index, last_.index);
  while (index > base_.index) {
    const auto run = std::prev(runs_.upper_bound(index));
    if (run->second <= limit.term) return {run->second, index};
    index = run->first - 1;
  }
  return base_;
}

void Log::append(const std::vector<RawEntry>& entries) {
  for (const RawEntry& entry : entries) {
    check(entry.position.index == last_.index + 1, "entries are contiguous");
    check(entry.position.term >= last_.term, "terms never fall along the log");
    if (runs_.empty() || std::prev(runs_.end())->second != entry.position.term) {
      runs_.emplace(entry.position.index, entry.position.term);
    }
    last_ = entry.position;
    offset_ += entry.size();
    recent_.push_back({entry, offset_});
  }
}

void Log::truncate_from(Index index) {
  check(index > base_.index && index <= last_.index, "what is cut off is there");
  const Cursor new_last = cursor_at(index - 1);
  while (!recent_.empty() && recent_.back().entry.position.index >= index) {
    offset_ -= recent_.back().entry.size();
    recent_.pop_back();
  }
  runs_.erase(runs_.lower_bound(index), runs_.end());
  last_ = new_last;
}

void Log::prune_upto(const Cursor& position) {
  check(position.index > base_.index && holds(position), "a prune names an entry of the log");
  const Term next_term = std::prev(runs_.upper_bound(position.index + 1))->second;
  runs_.erase(runs_.begin(), runs_.upper_bound(position.index + 1));
  if (position.index < last_.index) runs_.emplace(position.index + 1, next_term);
  while (!recent_.empty() && recent_.front().entry.position.index <= position.index) {
    recent_.pop_front();
  }
  base_ = position;
}

void Log::reset(const Cursor& base) {
  base_ = base;
  last_ = base;
  runs_.clear();
  recent_.clear();
  offset_ = 0;
}

const RawEntry* Log::recent(Index index) const {
  if (index < first_recent() || index > last_.index) return nullptr;
  return &recent_[index - first_recent()].entry;
}

std::vector<RawEntry> Log::recent_range(Range range) const {
  std::vector<RawEntry> entries;
  std::size_t bytes = 0;
  for (Index at = range.from; const RawEntry* entry = recent(at); ++at) {
    bytes += entry->size();
    if (!entries.empty() && bytes > range.bytes_max) break;
    entries.push_back(*entry);
  }
  return entries;
}

std::optional<std::uint64_t> Log::bytes_in(Span span) const {
  if (span.from > span.upto) return 0;
  if (recent(span.from) == nullptr || recent(span.upto) == nullptr) return std::nullopt;
  const Held& first = recent_[span.from - first_recent()];
  const Held& last = recent_[span.upto - first_recent()];
  return last.end_offset - (first.end_offset - first.entry.size());
}

void Log::evict(Eviction eviction) {
  while (!recent_.empty() && recent_.front().entry.position.index <= eviction.upto) {
    const Held& oldest = recent_.front();
    if (offset_ - (oldest.end_offset - oldest.entry.size()) <= eviction.bytes_max) break;
    recent_.pop_front();
  }
}

void Log::check_invariants() const {
  check(base_.index <= last_.index, "the log does not end before it begins");
  check(recent_.size() <= last_.index - base_.index, "nothing in memory is outside of the log");
  check(recent_.empty() || recent_.back().entry.position == last_, "memory ends with the log");
  check((base_.index == last_.index) == runs_.empty(), "each entry has a term");
  check(runs_.empty() || runs_.begin()->first == base_.index + 1, "terms cover the log");
  check(runs_.empty() || std::prev(runs_.end())->second == last_.term, "the last term is known");
}

}  // namespace tessera::core
