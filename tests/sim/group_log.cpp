#include <tessera/conformance/group_log.h>
#include <tessera/storage/internal/record_update.h>

#include <algorithm>

namespace tessera::sim {

void GroupLog::apply(const storage::GroupWrite& write) {
  storage::update_record(record_, write);
  if (write.reset) entries_.clear();
  if (!write.entries.empty()) {
    const Index first = write.entries.front().position.index;
    while (!entries_.empty() && entries_.back().position.index >= first) entries_.pop_back();
    entries_.insert(entries_.end(), write.entries.begin(), write.entries.end());
  }
  while (!entries_.empty() && entries_.front().position.index <= record_.base.index) {
    entries_.pop_front();
  }
}

const RawEntry* GroupLog::entry(Index index) const {
  if (index <= record_.base.index || index > record_.last.index) return nullptr;
  return &entries_[index - record_.base.index - 1];
}

std::optional<Term> GroupLog::term_at(Index index) const {
  if (index == record_.base.index) return record_.base.term;
  const RawEntry* held = entry(index);
  if (held == nullptr) return std::nullopt;
  return held->position.term;
}

bool GroupLog::covers(const Cursor& position) const {
  if (position.index < record_.base.index) return true;
  return term_at(position.index) == position.term;
}

std::vector<RawEntry> GroupLog::read(Range range) const {
  std::vector<RawEntry> found;
  std::size_t bytes = 0;
  const Index upto = std::min(range.upto, record_.last.index);
  for (Index index = range.from; index <= upto; ++index) {
    const RawEntry* held = entry(index);
    if (held == nullptr) break;
    bytes += held->size();
    if (bytes > range.bytes_max && !found.empty()) break;
    found.push_back(*held);
  }
  return found;
}

}  // namespace tessera::sim
