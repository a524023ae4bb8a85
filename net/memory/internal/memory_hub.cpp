#include <tessera/net/memory/internal/memory_hub.h>
#include <tessera/primitives/check.h>

namespace tessera::net {

MemoryHub::Key MemoryHub::key_of(const MemoryNetwork::Pair& pair) {
  return pair.one < pair.other ? Key{pair.one, pair.other} : Key{pair.other, pair.one};
}

void MemoryHub::post(const MemoryNodePointer& node, Task task) {
  const std::lock_guard lock(mutex_);
  enqueue(node, std::move(task));
}

void MemoryHub::enqueue(const MemoryNodePointer& node, Task task) {
  events_.push_back({node, std::move(task)});
  if (!post_ || is_draining_) return;
  is_draining_ = true;
  post_([self = shared_from_this()] { self->drain(); });
}

bool MemoryHub::run_one() {
  Event event;
  {
    const std::lock_guard lock(mutex_);
    if (events_.empty()) {
      is_draining_ = false;
      return false;
    }
    event = std::move(events_.front());
    events_.pop_front();
  }
  const EventGate::Pass pass(event.node->gate);
  if (pass) event.task();
  return true;
}

void MemoryHub::drain() {
  while (run_one()) {
  }
}

Result<void> MemoryHub::start(const MemoryNodePointer& node,
                              std::weak_ptr<TransportEvents> events) {
  const std::lock_guard lock(mutex_);
  Address& listen = node->settings.listen;
  if (listen.port == 0) listen.port = next_port_++;
  if (listening_at(listen)) {
    return Error(Errc::io_failed, "cannot listen on " + listen.to_string() + ": in use");
  }
  node->events = std::move(events);
  node->is_up = true;
  nodes_.insert(node);
  connect_all();
  return {};
}

Address MemoryHub::listen_address(const MemoryNodePointer& node) const {
  const std::lock_guard lock(mutex_);
  return node->settings.listen;
}

void MemoryHub::dial(const MemoryNodePointer& node, const Transport::Target& target) {
  const std::lock_guard lock(mutex_);
  const auto [entry, is_new] = node->dials.emplace(target.address, target.expected);
  if (target.expected) entry->second = target.expected;
  if (is_new && node->is_up) connect(node, target.address);
}

void MemoryHub::forget(const MemoryNodePointer& node, const Address& address) {
  const std::lock_guard lock(mutex_);
  node->dials.erase(address);
}

void MemoryHub::stop(const MemoryNodePointer& node) {
  node->gate.close();
  const std::lock_guard lock(mutex_);
  if (!node->is_up) return;
  node->is_up = false;
  nodes_.erase(node);
  const PeerId peer = node->settings.peer;
  const auto links = links_;
  for (const auto& [key, ends] : links) {
    if (key.first != peer && key.second != peer) continue;
    take_down(key, Error(Errc::disconnected, "the peer closed the link"), Manner::politely);
  }
}

MemoryNodePointer MemoryHub::listening_at(const Address& address) const {
  for (const auto& node : nodes_) {
    if (node->settings.listen == address) return node;
  }
  return nullptr;
}

void MemoryHub::connect_all() {
  for (const auto& node : nodes_) {
    for (const auto& [address, expected] : node->dials) {
      if (listening_at(address)) connect(node, address);
    }
  }
}

void MemoryHub::connect(const MemoryNodePointer& node, const Address& address) {
  const auto listener = listening_at(address);
  if (!listener) {
    return refuse(node, address, Error(Errc::io_failed, "cannot connect: nobody listens there"));
  }
  const PeerId peer = listener->settings.peer;
  if (peer == node->settings.peer) {
    return refuse(node, address, Error(Errc::not_allowed, "a link to oneself is refused"));
  }
  const std::optional<PeerId>& expected = node->dials.at(address);
  if (expected && *expected != peer) {
    return refuse(node, address, Error(Errc::handshake_failed, "another peer answered"));
  }
  const Key key = key_of({node->settings.peer, peer});
  if (links_.contains(key)) return;
  if (cuts_.contains(key)) {
    return refuse(node, address, Error(Errc::io_failed, "cannot connect: the network is cut"));
  }
  join(node, listener);
}

void MemoryHub::refuse(const MemoryNodePointer& node, const Address& address, const Error& reason) {
  enqueue(node, [node, address, reason] {
    if (const auto events = node->events.lock()) events->on_dial_failed(address, reason);
  });
}

void MemoryHub::join(const MemoryNodePointer& dialler, const MemoryNodePointer& listener) {
  const PeerId from = dialler->settings.peer;
  const PeerId to = listener->settings.peer;
  const UniqueId binding =
      UniqueId::from("memory link").derive(from.id()).derive(to.id()).derive(++links_made_);
  const auto make = [&](const MemoryNodePointer& self, const PeerId& peer, Role role) {
    MemoryLink::Parts parts{self, peer, role, binding, weak_from_this()};
    return std::make_shared<MemoryLink>(std::move(parts));
  };
  Ends ends{make(dialler, to, Role::dialler), make(listener, from, Role::listener)};
  ends.dialler->join(ends.listener);
  ends.listener->join(ends.dialler);
  announce(dialler, ends.dialler);
  announce(listener, ends.listener);
  links_.emplace(key_of({from, to}), std::move(ends));
}

void MemoryHub::announce(const MemoryNodePointer& node, const std::shared_ptr<MemoryLink>& link) {
  enqueue(node, [node, link] {
    if (const auto events = node->events.lock()) events->on_link(link);
  });
}

void MemoryHub::take_down(const Key& key, const Error& reason, Manner manner) {
  const auto found = links_.find(key);
  if (found == links_.end()) return;
  const Ends ends = std::move(found->second);
  links_.erase(found);
  for (const auto& end : {ends.dialler, ends.listener}) {
    if (manner == Manner::by_loss) end->lose();
    end->shut(reason);
    enqueue(end->node(), [end] { end->deliver_closed(); });
  }
}

void MemoryHub::close(const std::shared_ptr<MemoryLink>& link, const Error& reason) {
  const std::lock_guard lock(mutex_);
  const Key key = key_of({link->node()->settings.peer, link->peer()});
  const auto found = links_.find(key);
  const bool is_current =
      found != links_.end() && (found->second.dialler == link || found->second.listener == link);
  if (!is_current) return;
  const auto node = link->node();
  link->shut(reason);
  take_down(key, Error(Errc::disconnected, "the peer closed the link"), Manner::politely);
  // Redialled like any lost link, once both sides have heard of the loss.
  enqueue(node, [self = shared_from_this()] {
    const std::lock_guard again(self->mutex_);
    self->connect_all();
  });
}

void MemoryHub::cut(const MemoryNetwork::Pair& pair) {
  const std::lock_guard lock(mutex_);
  cuts_.insert(key_of(pair));
  take_down(key_of(pair), Error(Errc::io_failed, "the network is cut"), Manner::by_loss);
}

void MemoryHub::heal(const MemoryNetwork::Pair& pair) {
  const std::lock_guard lock(mutex_);
  cuts_.erase(key_of(pair));
  connect_all();
}

}  // namespace tessera::net
