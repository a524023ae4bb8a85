#include <tessera/statesync/log_replay/live_entries.h>

#include <utility>

namespace tessera::log_replay {

void LiveEntries::keep(std::vector<LogEntry> entries) {
  for (LogEntry& entry : entries) {
    const Cursor position = entry.entry.position;
    if (position.index <= bounds_.target.index) continue;
    if (const auto held = entries_.find(position.index); held != entries_.end()) {
      if (held->second.entry.position.term >= position.term) continue;
      // A later leader wrote something else here, so what stood behind is void as well.
      drop_from(position.index);
    }
    const std::size_t size = entry.entry.size();
    if (bytes_ + size > bounds_.bytes_max) return;
    bytes_ += size;
    entries_.emplace(position.index, std::move(entry));
  }
}

void LiveEntries::drop_from(Index index) {
  for (auto entry = entries_.lower_bound(index); entry != entries_.end();) {
    bytes_ -= entry->second.entry.size();
    entry = entries_.erase(entry);
  }
}

std::vector<LogEntry> LiveEntries::following_target() const {
  std::vector<LogEntry> following;
  Cursor last = bounds_.target;
  for (const auto& [index, entry] : entries_) {
    if (index != last.index + 1 || entry.preceding != last) break;
    following.push_back(entry);
    last = entry.entry.position;
  }
  return following;
}

}  // namespace tessera::log_replay
