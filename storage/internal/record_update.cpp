#include <tessera/primitives/check.h>
#include <tessera/storage/internal/record_update.h>

#include <algorithm>

namespace tessera::storage {
namespace {

/// Forgets the entries from `first` on; the record's last is then the one before.
void truncate_from(GroupRecord& record, Index first) {
  check(first > record.base.index, "entries at or below the base are not overwritten");
  const Index last = first - 1;
  record.last = Cursor{term_at(record, last), last};
  std::erase_if(record.runs, [&](const TermRun& run) { return run.first >= first; });
  std::erase_if(record.landmarks, [&](const Landmark& mark) { return mark.index >= first; });
}

[[nodiscard]] bool is_landmark(EntryKind kind) {
  return kind == EntryKind::genesis || kind == EntryKind::membership || kind == EntryKind::settings;
}

void append(GroupRecord& record, const RawEntry& entry) {
  const Cursor at = entry.position;
  check(at.index == record.last.index + 1, "entries follow one another without a gap");
  check(at.term >= record.last.term, "terms do not fall along a log");
  if (record.runs.empty() || record.runs.back().term != at.term) {
    record.runs.push_back({at.term, at.index});
  }
  if (is_landmark(entry.kind)) {
    record.landmarks.push_back({entry.kind, at.index});
  }
  record.last = at;
}

void reset_to(GroupRecord& record, Cursor position) {
  record.base = position;
  record.last = position;
  record.runs.clear();
  record.landmarks.clear();
}

void prune_upto(GroupRecord& record, Cursor position) {
  if (position.index <= record.base.index) {
    return;  // already gone
  }
  check(position.index <= record.last.index, "only entries held are pruned");
  check(position.term == term_at(record, position.index), "a prune names a position of the log");
  record.base = position;
  const auto kept =
      std::upper_bound(record.runs.begin(), record.runs.end(), position.index + 1,
                       [](Index index, const TermRun& run) { return index < run.first; });
  record.runs.erase(record.runs.begin(), kept - 1);
  record.runs.front().first = position.index + 1;
  if (position.index == record.last.index) {
    record.runs.clear();
  }
  std::erase_if(record.landmarks,
                [&](const Landmark& mark) { return mark.index <= position.index; });
}

[[nodiscard]] bool runs_are_consistent(const GroupRecord& record) {
  if (record.last.index == record.base.index) {
    return record.last == record.base && record.runs.empty();
  }
  if (record.runs.empty() || record.runs.front().first != record.base.index + 1 ||
      record.runs.front().term < record.base.term || record.runs.back().term != record.last.term ||
      record.runs.back().first > record.last.index) {
    return false;
  }
  return std::adjacent_find(record.runs.begin(), record.runs.end(),
                            [](const TermRun& left, const TermRun& right) {
                              return left.first >= right.first || left.term >= right.term;
                            }) == record.runs.end();
}

[[nodiscard]] bool landmarks_are_consistent(const GroupRecord& record) {
  Index before = record.base.index;
  for (const Landmark& mark : record.landmarks) {
    if (mark.index <= before) {
      return false;
    }
    before = mark.index;
  }
  return before <= record.last.index;
}

}  // namespace

void update_record(GroupRecord& record, const GroupWrite& write) {
  if (write.storage) {
    record.storage = *write.storage;
  }
  check(!record.storage.is_none(), "the first write to a group names its storage id");
  if (write.genesis && *write.genesis != record.genesis) {
    // Every stored entry carries the genesis it belongs to.
    check(write.reset.has_value() || record.last.index == record.base.index,
          "a log with entries does not change its genesis");
    record.genesis = *write.genesis;
  }
  if (write.founding) {
    record.founding = *write.founding;
  }
  if (write.witness) {
    record.witness = *write.witness;
  }
  if (write.hard) {
    record.hard = *write.hard;
  }
  if (write.reset) {
    reset_to(record, *write.reset);
  }
  if (!write.entries.empty() && write.entries.front().position.index <= record.last.index) {
    truncate_from(record, write.entries.front().position.index);
  }
  for (const RawEntry& entry : write.entries) {
    append(record, entry);
  }
  if (write.prune) {
    prune_upto(record, *write.prune);
  }
  if (write.snapshot) {
    record.snapshot = *write.snapshot;
  }
}

Term term_at(const GroupRecord& record, Index index) {
  check(index >= record.base.index && index <= record.last.index, "the term of an entry not held");
  if (index == record.base.index) {
    return record.base.term;
  }
  const auto after =
      std::upper_bound(record.runs.begin(), record.runs.end(), index,
                       [](Index wanted, const TermRun& run) { return wanted < run.first; });
  return (after - 1)->term;
}

bool is_consistent(const GroupRecord& record) {
  return record.base.index <= record.last.index && runs_are_consistent(record) &&
         landmarks_are_consistent(record);
}

void check_invariants(const GroupRecord& record) {
  check(is_consistent(record), "a group's base, last, runs and landmarks agree");
}

}  // namespace tessera::storage
