#include <tessera/groups/command_envelope.h>
#include <tessera/groups/core/session/contexts.h>

#include <utility>

namespace tessera::core {
namespace {

/// Fills a fresh machine with `saved`, which is all of its parts in one.
Result<void> load(CatchUpStrategy& strategy, const Bytes& saved) {
  auto writer = strategy.write_state({});
  if (!writer) return std::move(writer).error();
  if (auto added = (*writer)->add(saved); !added) return added;
  return (*writer)->finish();
}

}  // namespace

Cursor RaftLogWindow::base() const {
  return host_.raft() == nullptr ? Cursor{} : host_.raft()->log().base();
}

Cursor RaftLogWindow::last() const {
  return host_.raft() == nullptr ? Cursor{} : host_.raft()->log().last();
}

std::optional<Term> RaftLogWindow::term_at(Index index) const {
  if (host_.raft() == nullptr) return std::nullopt;
  return host_.raft()->log().term_at(index);
}

std::optional<LogEntry> RaftLogWindow::recent(Index index) const {
  if (host_.raft() == nullptr) return std::nullopt;
  const Log& log = host_.raft()->log();
  const RawEntry* entry = log.recent(index);
  if (entry == nullptr) return std::nullopt;
  return LogEntry{log.cursor_at(index - 1), *entry};
}

bool ProviderSide::is_leader() const { return host_.raft() != nullptr && host_.raft()->leads(); }

std::optional<Bytes> ProviderSide::feed_command(Bytes command) {
  if (!is_leader() || host_.raft()->space().takes_none) return command;
  const Bytes data = CommandEnvelope::wrap(CommandOrigin{}, command.view());
  if (!host_.raft()->propose(now(), EntryKind::command, data)) return command;
  return std::nullopt;
}

bool ProviderSide::feed_marker(Bytes marker) {
  if (!is_leader()) return false;
  return host_.raft()->propose(now(), EntryKind::marker, std::move(marker)).has_value();
}

void SessionSide::install(const Anchor& anchor, Bytes saved) {
  // The state that is on its way to the store has been loaded, and whatever is loaded last is what
  // the member goes on with: another one would stand at its position.
  if (failure_ || host_.installing()) return;
  if (anchor.position().index <= applied().index && !diverged()) return;
  if (!strategy_.saves()) {
    fail("the strategy installs state but has no save and restore");
    return;
  }
  if (auto loaded = load(strategy_, saved); !loaded) {
    fail("the state to install does not load: " + loaded.error().message());
    return;
  }
  if (auto installed = host_.install(anchor, std::move(saved)); !installed) {
    fail("the anchor cannot be installed: " + installed.error().message());
  }
}

void SessionSide::append_after(Cursor position, const std::vector<LogEntry>& entries) {
  if (failure_ || host_.raft() == nullptr) return;
  // Entries up to `position` are the anchor's business; what stands behind it must follow the log.
  std::vector<LogEntry> behind;
  for (const LogEntry& entry : entries) {
    if (entry.entry.position.index > position.index) behind.push_back(entry);
  }
  host_.raft()->append_fetched(behind, target_);
  host_.raft()->commit_target(target_);
}

void SessionSide::fail(std::string reason) {
  if (!failure_) failure_ = std::move(reason);
}

}  // namespace tessera::core
