#include <tessera/conformance/broken.h>
#include <tessera/conformance/clients.h>
#include <tessera/conformance/referee.h>

#include <algorithm>
#include <utility>

namespace tessera::sim {

Clients::Clients(Parts parts)
    : settings_(parts.settings),
      queue_(parts.queue),
      referee_(parts.referee),
      trace_(parts.trace),
      marks_(parts.marks),
      nodes_(parts.nodes),
      make_command_(std::move(parts.make_command)) {}

void Clients::happen(const CallEvent& event) {
  if (pending_.size() >= settings_.pending_max) return;
  if (!nodes_[event.node]->up() || nodes_[event.node]->failed()) return;
  const std::size_t at = begin(event);
  if (event.closes) close_client(event.node);
  if (event.cancelled) cancel_later(at, event.patience);
}

void Clients::cancel_later(std::size_t at, Duration patience) {
  queue_.after(patience, [this, at] {
    Operation& operation = history_[at];
    if (operation.done) return;
    nodes_[operation.node]->post([this, at] {
      if (history_[at].done) return;
      history_[at].cancelled = true;
      nodes_[history_[at].node]->step(
          [&](core::GroupCore& core, TimePoint now) { core.cancel(now, history_[at].request); });
    });
  });
}

std::size_t Clients::call(Operation::Kind kind, std::size_t node) {
  CallEvent event;
  event.kind = kind;
  event.node = node;
  return begin(event);
}

std::size_t Clients::begin(const CallEvent& event) {
  const std::size_t at = history_.size();
  Operation operation;
  operation.request = core::RequestId(at + 1);
  operation.kind = event.kind;
  operation.node = event.node;
  operation.invoked = queue_.now();
  operation.floor = known_;
  if (event.kind == Operation::Kind::execute && event.client != 0) {
    operation.client = core::ClientId{closed_[event.node] + event.client};
  }
  Bytes command;
  if (!operation.is_read()) {
    operation.command = operation.request.value();
    operation.oversized = event.length > nodes_[event.node]->options().limits.command_max;
    command = make_command_(operation.command, event.length);
  }
  history_.push_back(operation);
  pending_[operation.request.value()] = event.node;
  nodes_[event.node]->post([this, at, command] {
    const Operation::Kind asked = history_[at].kind;
    const core::RequestId request = history_[at].request;
    Node& node = *nodes_[history_[at].node];
    const bool slept = node.status().asleep;
    history_[at].on_full_disk = node.status().disk_short;
    node.step([&](core::GroupCore& core, TimePoint now) {
      if (asked == Operation::Kind::execute) {
        core.execute(now, request, command, history_[at].client);
      }
      if (asked == Operation::Kind::feed) core.feed(now, request, command);
      const bool strong = asked == Operation::Kind::strong_read && !weakened_;
      if (history_[at].is_read()) {
        core.read(now, request, strong ? Consistency::strong : Consistency::weak);
      }
    });
    if (slept && !node.status().asleep) marks_.add(Mark::woken_by_a_call);
  });
  return at;
}

void Clients::close_client(std::size_t node) {
  const core::ClientId client{++closed_[node]};
  nodes_[node]->post([this, node, client] {
    nodes_[node]->step(
        [&](core::GroupCore& core, TimePoint now) { core.close_client(now, client); });
  });
}

void Clients::close_named() {
  for (const auto& node : nodes_) {
    for (std::uint64_t named = 1; named < settings_.sessions; ++named) close_client(node->index());
  }
}

void Clients::replied(const Node& node, const core::Reply& reply) {
  const auto found = pending_.find(reply.request.value());
  if (found == pending_.end() || found->second != node.index()) {
    throw Broken({"one answer for each operation",
                  "request " + std::to_string(reply.request.value()) + " was not pending"});
  }
  pending_.erase(found);
  Operation& operation = history_[reply.request.value() - 1];
  operation.done = true;
  operation.completed = queue_.now();
  operation.reply = reply;
  if (operation.is_read() && operation.succeeded()) operation.seen = node.tape();
  mark_outcome(operation);
  referee_.answered(node, operation);
  if (!operation.succeeded()) return;
  if (operation.kind == Operation::Kind::execute) {
    known_ = std::max(known_, reply.position.index);
  }
  if (operation.is_read()) known_ = std::max(known_, operation.seen.last);
}

void Clients::mark_outcome(const Operation& operation) {
  if (operation.succeeded()) {
    constexpr Mark marks[] = {Mark::executed, Mark::fed, Mark::strong_read, Mark::weak_read};
    return marks_.add(marks[static_cast<std::size_t>(operation.kind)]);
  }
  const Error& error = *operation.reply->error;
  if (error.is(Errc::not_committed)) marks_.add(Mark::not_committed);
  if (error.is(Errc::unknown_outcome)) marks_.add(Mark::unknown_outcome);
  if (error.is(Errc::offline)) marks_.add(Mark::offline);
  if (error.is(Errc::would_block)) marks_.add(Mark::would_block);
  if (error.is(Errc::too_large)) marks_.add(Mark::too_large);
  if (error.is(Errc::session_unknown)) marks_.add(Mark::session_unknown);
  if (error.is(Errc::disk_full)) marks_.add(Mark::disk_full);
  if (operation.cancelled &&
      operation.reply->error->code() == boost::system::errc::operation_canceled) {
    marks_.add(Mark::aborted);
  }
}

std::size_t Clients::pending_at(std::size_t node) const {
  return static_cast<std::size_t>(
      std::count_if(pending_.begin(), pending_.end(),
                    [node](const auto& pending) { return pending.second == node; }));
}

void Clients::node_died(std::size_t node) {
  for (auto pending = pending_.begin(); pending != pending_.end();) {
    if (pending->second != node) {
      ++pending;
      continue;
    }
    history_[pending->first - 1].done = true;
    pending = pending_.erase(pending);
  }
}

}  // namespace tessera::sim
