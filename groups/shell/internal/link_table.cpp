#include <tessera/groups/core/message_codec.h>
#include <tessera/groups/shell/internal/link_table.h>
#include <tessera/groups/shell/internal/member_strand.h>
#include <tessera/primitives/random.h>

#include <algorithm>
#include <utility>

namespace tessera::shell {
namespace {

constexpr auto sweep_interval = std::chrono::milliseconds(500);

/// Failed dials that are remembered, the latest of each address.
constexpr std::size_t dial_failures_max = 256;

}  // namespace

LinkTable::LinkTable(Options options)
    : options_(std::move(options)),
      strand_(boost::asio::make_strand(options_.executor)),
      timer_(strand_),
      beat_timer_(strand_),
      book_(options_.self) {}

LinkTable::~LinkTable() = default;

void LinkTable::begin() {
  post([](LinkTable& self) {
    for (const std::string& address : self.options_.peers) {
      if (auto dialled = self.options_.source->dial({address, std::nullopt}); !dialled) {
        self.log(LogLevel::error, "peer " + address + ": " + dialled.error().message());
      }
    }
    self.follow(self.book_.load(self.options_.kept_addresses, wall_clock()), self.options_.self);
  });
}

void LinkTable::end() {
  post([](LinkTable& self) {
    self.ended_ = true;
    self.timer_.cancel();
    self.beat_timer_.cancel();
    for (const auto& [peer, link] : std::exchange(self.links_, {})) {
      link->state().bonds.reset();
    }
    self.groups_.clear();
    self.update_facts();
  });
}

void LinkTable::on_link(std::shared_ptr<net::Link> link) {
  post([link = std::move(link)](LinkTable& self) mutable { self.link_up(std::move(link)); });
}

void LinkTable::on_dial_failed(const std::string& address, const Error& reason) {
  {
    const std::scoped_lock lock(facts_mutex_);
    auto& failures = facts_.dial_failures;
    if (failures.size() < dial_failures_max || failures.contains(address)) {
      failures.insert_or_assign(address, std::pair(reason, system_clock().now()));
    }
  }
  if (reason.is(Errc::duplicate_identity)) {
    post([reason](LinkTable& self) { self.identity_in_use(reason); });
  }
}

void LinkTable::identity_in_use(const Error& reason) {
  if (identity_problem_) {
    return;
  }
  identity_problem_ = reason;
  for (auto& [id, entry] : groups_) {
    tell_facts(id, entry);
  }
}

void LinkTable::on_record(LinkRecord record) {
  post([record = std::move(record)](LinkTable& self) mutable {
    if (self.is_current(*record.from)) {
      self.take_record(std::move(record));
    }
  });
}

void LinkTable::on_message(LinkMessage message) {
  post([message = std::move(message)](LinkTable& self) mutable {
    if (self.is_current(*message.from)) {
      self.route(std::move(message));
    }
  });
}

void LinkTable::on_closed(std::shared_ptr<PeerLink> link, Error reason) {
  post([link = std::move(link), reason = std::move(reason)](LinkTable& self) {
    if (self.is_current(*link)) {
      self.link_down(*link, reason);
    }
    if (reason.is(Errc::duplicate_identity)) {
      self.identity_in_use(reason);
    }
  });
}

bool LinkTable::is_current(const PeerLink& link) const {
  const auto found = links_.find(link.peer());
  return found != links_.end() && found->second.get() == &link;
}

void LinkTable::link_up(std::shared_ptr<net::Link> link) {
  if (ended_) {
    link->close({Errc::group_closed, "the node stops"});
    return;
  }
  const PeerId peer = link->peer();
  if (const auto old = links_.find(peer); old != links_.end()) {
    // The transport has replaced it; its own end is on the way.
    link_down(*old->second, {Errc::disconnected, "replaced by a newer link"});
  }
  const auto made = std::make_shared<PeerLink>(
      PeerLink::Parts{++last_number_, link, weak_from_this(), options_.incoming_bytes_max});
  links_.emplace(peer, made);
  core::LinkEnds ends;
  ends.role =
      link->role() == net::Role::dialler ? core::LinkRole::dialler : core::LinkRole::listener;
  ends.binding = link->binding();
  ends.self = options_.self;
  ends.peer = peer;
  ends.seed = system_entropy();
  made->state().bonds = std::make_unique<core::LinkBonds>(ends);
  made->state().up_since = system_clock().now();
  for (const auto& [id, entry] : groups_) {
    add_group(*made, id, entry);
  }
  made->state().bonds->start();
  link->start(made);
  carry_out(*made);
  update_facts();
  for (auto& [id, entry] : groups_) {
    tell_facts(id, entry);
  }
  arm();
}

void LinkTable::link_down(PeerLink& link, const Error& reason) {
  const PeerId peer = link.peer();
  const auto kept = links_.at(peer);  // `link` may be owned by the map alone.
  links_.erase(peer);
  end_bonds(link);
  log(LogLevel::info, "link to " + peer.brief() + " is down: " + reason.message());
  update_facts();
  for (auto& [id, entry] : groups_) {
    tell_facts(id, entry);
  }
}

void LinkTable::end_bonds(PeerLink& link) {
  const bool was_bonded = !link.state().standing.empty();
  if (was_bonded) {
    book_.confirm(link.peer(), wall_clock());
    book_dirty_ = true;
    arm();
  }
  for (const auto& [slot, standing] : std::exchange(link.state().standing, {})) {
    const auto group = groups_.find(standing.group);
    if (group != groups_.end()) {
      group->second.bonded.erase(link.peer());
      group->second.member->unbonded(link.peer(), standing.bond);
    }
  }
  link.state().bonds.reset();
  link.state().joiners.clear();
}

void LinkTable::take_record(LinkRecord record) {
  PeerLink& link = *record.from;
  if (record.kind == FrameKind::piece) {
    take_piece(std::move(record));
  } else if (record.kind == FrameKind::addresses) {
    take_addresses(link, record.payload);
  } else if (record.kind == FrameKind::beat) {
    take_beat(link, record.payload);
  } else if (auto received = link.state().bonds->receive(record.payload); received) {
    carry_out(link);
  } else {
    const auto kept = record.from;
    link.link().close(received.error());
    link_down(link, received.error());
  }
}

void LinkTable::take_piece(LinkRecord record) {
  PeerLink& link = *record.from;
  if (!link.state().standing.contains(record.slot)) {
    return;  // The bulk lane may run ahead of the control lane, or behind a bond's end.
  }
  auto joined = link.state().joiners[record.slot].take(record.payload);
  if (!joined) {
    link.link().close(joined.error());
    return;
  }
  if (!*joined) {
    return;
  }
  auto message = core::decode_message(**joined);
  if (!message) {
    link.link().close(message.error().within("the peer sent a message that does not decode"));
    return;
  }
  route({record.from, record.slot, net::Lane::bulk,
         Incoming{*std::move(message), std::move(record.claim)}});
}

void LinkTable::route(LinkMessage message) {
  PeerLink& link = *message.from;
  const auto standing = link.state().standing.find(message.slot);
  if (standing != link.state().standing.end()) {
    const auto group = groups_.find(standing->second.group);
    if (group != groups_.end()) {
      group->second.member->incoming(link.peer(), standing->second.bond,
                                     std::move(message.incoming));
    }
    return;
  }
  const bool is_control = message.lane == net::Lane::control;
  const auto use = link.state().bonds->find(message.slot);
  if (is_control && use.state == core::LinkBonds::SlotState::unknown) {
    link.link().close({Errc::malformed, "the peer names a slot that was never given"});
  }
}

void LinkTable::arm() {
  if (armed_ || ended_ || !needs_sweep()) {
    return;
  }
  armed_ = true;
  timer_.expires_after(sweep_interval);
  timer_.async_wait([weak = weak_from_this()](boost::system::error_code error) {
    const auto self = weak.lock();
    if (self) {
      self->armed_ = false;
    }
    if (self && !error && !self->ended_) {
      self->sweep();
    }
  });
}

bool LinkTable::needs_sweep() const {
  if (book_dirty_) {
    return true;
  }
  return !links_.empty() && std::any_of(groups_.begin(), groups_.end(), [](const auto& group) {
    return group.second.bonded.empty() && !group.second.key_problem_told;
  });
}

void LinkTable::sweep() {
  if (std::exchange(book_dirty_, false)) {
    keep_addresses();
  }
  for (auto& [id, entry] : groups_) {
    if (entry.bonded.empty() && !entry.key_problem_told) {
      tell_facts(id, entry);
    }
  }
  arm();
}

LinkTable::Facts LinkTable::facts() const {
  const std::scoped_lock lock(facts_mutex_);
  return facts_;
}

void LinkTable::update_facts() {
  std::vector<PeerId> peers;
  for (const auto& [peer, link] : links_) {
    peers.push_back(peer);
  }
  auto known = book_.records(wall_clock());
  const std::scoped_lock lock(facts_mutex_);
  facts_.links = std::move(peers);
  facts_.known = std::move(known);
}

void LinkTable::log(LogLevel level, std::string message) const {
  if (options_.log) {
    options_.log({level, "node", std::move(message)});
  }
}

AddressBook::Seconds LinkTable::wall_clock() {
  return std::chrono::duration_cast<AddressBook::Seconds>(
      std::chrono::system_clock::now().time_since_epoch());
}

}  // namespace tessera::shell
