#include "fake_log.h"

#include <tessera/groups/command_envelope.h>
#include <tessera/primitives/check.h>
#include <tessera/primitives/codec.h>

#include <string>
#include <utility>

namespace tessera::tests {

std::optional<Term> FakeLog::term_at(Index index) const {
  if (index == base_.index) return base_.term;
  const auto entry = at(index);
  if (!entry) return std::nullopt;
  return entry->entry.position.term;
}

std::optional<LogEntry> FakeLog::at(Index index) const {
  if (index <= base_.index || index > last().index) return std::nullopt;
  const std::size_t place = index - (base_.index + 1);
  return LogEntry{place == 0 ? base_ : entries_[place - 1].position, entries_[place]};
}

std::optional<LogEntry> FakeLog::recent(Index index) const {
  return index < recent_from_ ? std::nullopt : at(index);
}

std::vector<LogEntry> FakeLog::read(Index from, std::size_t bytes_max) const {
  std::vector<LogEntry> found;
  std::size_t bytes = 0;
  for (Index index = from;; ++index) {
    auto entry = at(index);
    if (!entry || (!found.empty() && bytes + entry->entry.size() > bytes_max)) return found;
    bytes += entry->entry.size();
    found.push_back(*std::move(entry));
  }
}

void FakeLog::append(RawEntry entry) {
  check(entry.position.index == last().index + 1, "a log has no holes");
  check(entry.position.term >= last().term, "terms never fall");
  entries_.push_back(std::move(entry));
}

void FakeLog::truncate_from(Index index) {
  while (!entries_.empty() && last().index >= index) entries_.pop_back();
}

void FakeLog::prune_upto(Index index) {
  while (!entries_.empty() && entries_.front().position.index <= index) {
    base_ = entries_.front().position;
    entries_.pop_front();
  }
}

void FakeLog::reset(Cursor base) {
  base_ = base;
  entries_.clear();
}

RawEntry next_entry(const FakeLog& log, Term term, std::size_t padding) {
  RawEntry entry;
  entry.position = {term, log.last().index + 1};
  entry.kind = EntryKind::command;
  entry.time = LogTime(static_cast<std::int64_t>(entry.position.index.value()));
  const std::uint64_t number = entry.position.index.value() * 1000 + term.value();
  const Bytes command = encode(std::pair(number, std::string(padding, 'p')));
  entry.data = CommandEnvelope::wrap({}, command.view());
  return entry;
}

void extend(FakeLog& log, const LogShape& shape) {
  for (const std::uint64_t term : shape.terms) {
    for (std::uint64_t count = 0; count < shape.count; ++count) {
      log.append(next_entry(log, Term(term), shape.padding));
    }
  }
}

}  // namespace tessera::tests
