#include <tessera/groups/core/client/operations.h>
#include <tessera/primitives/check.h>

#include <algorithm>
#include <utility>

namespace tessera::core {

Operations::Operations(const Options& options, Outbox& outbox)
    : options_(options),
      outbox_(outbox),
      dispatch_(options.owner.run, outbox),
      feeds_(outbox, dispatch_, backlog_) {}

bool Operations::has_room(RequestId request, const Bytes& command) {
  if (command.size() > options_.limits.command_max) {
    outbox_.fail(request, Error(Errc::too_large, "a command of " + std::to_string(command.size()) +
                                                     " bytes is above the limit of " +
                                                     std::to_string(options_.limits.command_max)));
    return false;
  }
  if (backlog_.bytes() + command.size() > options_.limits.waiting_max) {
    outbox_.fail(request, Error(Errc::would_block, "this member's queue of commands is full"));
    return false;
  }
  return true;
}

void Operations::execute(TimePoint now, RequestId request, ClientId client, Bytes command) {
  if (!has_room(request, command)) return;
  auto found = clients_.find(client);
  if (found == clients_.end()) {
    ClientSession::Options options;
    options.client = client;
    options.owner = options_.owner;
    options.timeout = options_.timeout;
    options.unanswered_max = options_.limits.unanswered_max;
    found = clients_.try_emplace(client, options, outbox_, dispatch_, backlog_).first;
  }
  found->second.add(now, request, std::move(command));
}

void Operations::feed(TimePoint now, RequestId request, const Bytes& command) {
  if (has_room(request, command)) feeds_.add(now + options_.timeout, request, command);
}

void Operations::cancel(RequestId request) {
  if (feeds_.cancel(request)) return;
  for (auto& [id, client] : clients_) {
    if (client.cancel(request)) return;
  }
}

void Operations::close(ClientId client) {
  const auto found = clients_.find(client);
  if (found == clients_.end()) return;
  found->second.close();
  if (found->second.closed()) clients_.erase(found);
}

void Operations::pump(TimePoint now, Raft* raft) {
  if (raft == nullptr) return;
  for (auto& [id, client] : clients_) client.pump(now, *raft);
  feeds_.pump(now, *raft);
  dispatch_.flush(*raft);
  std::erase_if(clients_, [](const auto& each) { return each.second.closed(); });
}

void Operations::receive(TimePoint now, const ForwardResponse& response) {
  for (const auto& [parcel, answer] : dispatch_.answered(response)) {
    if (parcel.kind == Parcel::Kind::feed) {
      feeds_.answered(parcel.number, answer);
      continue;
    }
    const auto client = clients_.find(parcel.client);
    if (client != clients_.end()) client->second.answered(now, parcel, answer);
  }
}

void Operations::opened(const OpenSession& opening, std::optional<SessionNumber> number) {
  if (opening.owner != options_.owner) return;
  const auto found = clients_.find(ClientId{opening.nonce.client});
  if (found == clients_.end()) return;
  found->second.opened(opening.nonce.opening, number);
  const auto now_has = found->second.number();
  if (now_has) numbers_.insert_or_assign(*now_has, found->first);
}

void Operations::closed(SessionNumber session) {
  ClientSession* client = client_of(session);
  if (client != nullptr) client->ended();
  numbers_.erase(session);
}

void Operations::applied(const CommandOrigin& origin, const CommandOutcome& outcome) {
  ClientSession* client = client_of(origin.session);
  if (client != nullptr) client->applied(origin.sequence, outcome);
}

void Operations::skipped(const CommandOrigin& origin, const Cursor& position) {
  ClientSession* client = client_of(origin.session);
  if (client != nullptr) client->skipped(origin.sequence, position);
}

void Operations::term_began(Term term) {
  feeds_.term_began(term);
  for (auto& [id, client] : clients_) client.term_began(term);
}

void Operations::installed(const SessionTable& table, const Cursor& position) {
  feeds_.term_began(position.term);
  for (auto& [id, client] : clients_) client.installed(table, position);
  note_numbers();
}

void Operations::withdrawn() {
  feeds_.fail_sent(Error(Errc::unknown_outcome, "the group's founding was given up"));
  for (auto& [id, client] : clients_) client.withdrawn();
  note_numbers();
}

void Operations::note_numbers() {
  std::erase_if(clients_, [](const auto& each) { return each.second.closed(); });
  numbers_.clear();
  for (const auto& [id, client] : clients_) {
    if (const auto number = client.number()) numbers_.emplace(*number, id);
  }
}

ClientSession* Operations::client_of(SessionNumber session) {
  const auto number = numbers_.find(session);
  if (number == numbers_.end()) return nullptr;
  const auto client = clients_.find(number->second);
  const bool current = client != clients_.end() && client->second.number() == session;
  return current ? &client->second : nullptr;
}

void Operations::tick(TimePoint now) {
  feeds_.tick(now);
  for (auto& [id, client] : clients_) client.tick(now);
}

std::optional<TimePoint> Operations::next_deadline() const {
  std::optional<TimePoint> earliest = feeds_.next_deadline();
  for (const auto& [id, client] : clients_) {
    const auto deadline = client.next_deadline();
    if (deadline) earliest = earliest ? std::min(*earliest, *deadline) : *deadline;
  }
  return earliest;
}

void Operations::fail_all(const Error& reason) {
  feeds_.fail_all(reason);
  for (auto& [id, client] : clients_) client.fail_all(reason);
}

void Operations::refuse_waiting(const Error& reason) {
  feeds_.refuse_waiting(reason);
  for (auto& [id, client] : clients_) client.refuse_waiting(reason);
}

void Operations::check_invariants() const {
  // The last command that found room may bring the queue above its bound by its envelope.
  check(backlog_.bytes() <= options_.limits.waiting_max + CommandEnvelope::header_size,
        "no more waits than may");
  for (const auto& [id, client] : clients_) client.check_invariants();
}

}  // namespace tessera::core
