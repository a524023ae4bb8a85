#include <tessera/groups/core/outbox.h>

namespace tessera::core {

Outbox::Outbox(GroupId group, std::string component)
    : group_(group), component_(std::move(component)) {}

void Outbox::persist_storage(const StorageId& storage) { write().storage = storage; }

void Outbox::persist_genesis(const GenesisId& genesis) { write().genesis = genesis; }

void Outbox::persist_founding(Bytes record) { write().founding = std::move(record); }

void Outbox::persist_witness(Bytes record) { write().witness = std::move(record); }

void Outbox::persist_hard_state(const storage::HardState& hard) { write().hard = hard; }

void Outbox::persist_entries(const std::vector<RawEntry>& entries) {
  if (entries.empty()) return;
  if (open_ && !open_->entries.empty() &&
      open_->entries.back().position.index + 1 != entries.front().position.index) {
    // Entries of one write are contiguous; what overwrites them comes after them.
    seal();
  }
  auto& held = write().entries;
  held.insert(held.end(), entries.begin(), entries.end());
}

void Outbox::persist_snapshot(const storage::SnapshotRef& snapshot, std::optional<Cursor> reset) {
  // Within one write the reset would come before the entries; here it comes after.
  seal();
  storage::GroupWrite& change = write();
  change.reset = reset;
  change.snapshot = snapshot;
}

void Outbox::persist_instead() {
  seal();
  write();
  replaces_ = true;
}

void Outbox::persist_withdrawal() {
  seal();
  storage::GroupWrite& change = write();
  change.genesis = GenesisId{};
  change.hard = storage::HardState{};
  change.reset = Cursor{};
}

void Outbox::send(const PeerId& to, Message message, Ticket after) {
  effects_.sends.push_back({to, std::move(message), after});
}

void Outbox::fail(RequestId request, Error reason) {
  Reply failure;
  failure.request = request;
  failure.error = std::move(reason);
  reply(std::move(failure));
}

void Outbox::log(LogLevel level, std::string message) {
  effects_.log.push_back({level, component_, std::move(message)});
}

void Outbox::refused(const PeerId& peer, const std::string& what) {
  log(LogLevel::warning, "a peer, " + peer.brief() + ", sends " + what);
  ++effects_.refused;
}

Effects Outbox::take() {
  seal();
  return std::exchange(effects_, Effects{});
}

storage::GroupWrite& Outbox::write() {
  if (!open_) {
    open_.emplace();
    open_->group = group_;
  }
  return *open_;
}

void Outbox::seal() {
  if (!open_) return;
  ++last_sealed_;
  effects_.persists.push_back({last_sealed_, std::move(*open_), std::exchange(replaces_, false)});
  open_.reset();
}

}  // namespace tessera::core
