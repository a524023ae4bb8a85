#include <tessera/groups/core/group_state.h>

#include <utility>

namespace tessera::core {

GroupCore::GroupCore(CoreOptions options, Ports ports)
    : state_(std::make_unique<State>(std::move(options), std::move(ports))) {}

GroupCore::~GroupCore() = default;

void GroupCore::start(TimePoint now, CoreRecord record) {
  state_->at(now);
  state_->start(std::move(record));
}

BondHello GroupCore::hello(const PeerId& to) const { return state_->hello(to); }

Result<void> GroupCore::bond_up(TimePoint now, PeerId peer, const BondHello& hello) {
  if (state_->stopped()) return Error(Errc::group_closed, "the member has stopped");
  state_->at(now);
  return state_->bond_up(peer, hello);
}

void GroupCore::bond_down(TimePoint now, PeerId peer) {
  if (state_->stopped()) return;
  state_->at(now);
  state_->bond_down(peer);
}

void GroupCore::receive(TimePoint now, PeerId from, Message message) {
  if (state_->stopped()) return;
  state_->at(now);
  state_->receive(from, std::move(message));
}

void GroupCore::stir(TimePoint now, PeerId peer) {
  if (state_->stopped()) return;
  state_->at(now);
  state_->stir(peer);
}

void GroupCore::space(TimePoint now, const std::optional<Error>& shortage) {
  if (state_->stopped()) return;
  state_->at(now);
  state_->space(shortage);
}

void GroupCore::tick(TimePoint now) {
  if (state_->stopped()) return;
  state_->at(now);
  state_->tick();
}

void GroupCore::work(TimePoint now) {
  if (state_->stopped()) return;
  state_->at(now);
  state_->work();
}

void GroupCore::tell_commit(TimePoint now) {
  if (state_->stopped()) return;
  state_->at(now);
  state_->tell_commit();
}

void GroupCore::execute(TimePoint now, RequestId request, Bytes command, ClientId client) {
  state_->at(now);
  state_->execute(request, client, std::move(command));
}

void GroupCore::feed(TimePoint now, RequestId request, Bytes command) {
  state_->at(now);
  state_->feed(request, command);
}

void GroupCore::close_client(TimePoint now, ClientId client) {
  if (state_->stopped()) return;
  state_->at(now);
  state_->close_client(client);
}

void GroupCore::read(TimePoint now, RequestId request, Consistency consistency) {
  state_->at(now);
  state_->read(request, consistency);
}

void GroupCore::admin(TimePoint now, RequestId request, AdminAction action) {
  state_->at(now);
  state_->admin(request, std::move(action));
}

bool GroupCore::hand_over(TimePoint now) {
  if (state_->stopped()) return false;
  state_->at(now);
  return state_->hand_over();
}

void GroupCore::cancel(TimePoint now, RequestId request) {
  if (state_->stopped()) return;
  state_->at(now);
  state_->cancel(request);
}

void GroupCore::persisted(TimePoint now, Ticket ticket) {
  if (state_->stopped()) return;
  state_->at(now);
  state_->persisted(ticket);
}

void GroupCore::entries_read(TimePoint now, std::uint64_t id,
                             Result<std::vector<RawEntry>> entries) {
  if (state_->stopped()) return;
  state_->at(now);
  state_->entries_read(id, std::move(entries));
}

void GroupCore::snapshot_done(TimePoint now, std::uint64_t id, Result<Bytes> part) {
  if (state_->stopped()) return;
  state_->at(now);
  state_->snapshot_done(id, std::move(part));
}

void GroupCore::stop(TimePoint now, const Error& reason) {
  state_->at(now);
  state_->stop(reason);
}

Effects GroupCore::take_effects() { return state_->take_effects(); }

Status GroupCore::status() const { return state_->status(); }

Anchor GroupCore::anchor() const { return state_->anchor(); }

void GroupCore::check_invariants() const { state_->check_invariants(); }

}  // namespace tessera::core
