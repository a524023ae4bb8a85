#include <tessera/net/asio/internal/bulk_dial.h>
#include <tessera/net/asio/internal/switchboard.h>

#include <boost/asio/post.hpp>

namespace tessera::net {

namespace asio = boost::asio;

namespace {

Error duplicate() { return {Errc::disconnected, "there is a link to this peer already"}; }

}  // namespace

Switchboard::Switchboard(std::shared_ptr<const TcpContext> context, Strand strand)
    : context_(std::move(context)),
      strand_(std::move(strand)),
      penalties_(Backoff(context_->options.times, Random(system_entropy()))) {}

void Switchboard::start(std::weak_ptr<TransportEvents> events, std::weak_ptr<PeerWatcher> watcher) {
  events_ = std::move(events);
  watcher_ = std::move(watcher);
}

bool Switchboard::remember(const std::shared_ptr<TcpLink>& link) {
  const std::lock_guard lock(all_mutex_);
  if (is_stopped_) return false;
  all_.insert(link);
  return true;
}

void Switchboard::stop() {
  std::set<std::shared_ptr<TcpLink>> all;
  {
    const std::lock_guard lock(all_mutex_);
    is_stopped_ = true;
    all.swap(all_);
  }
  for (const auto& link : all) link->detach();
}

void Switchboard::clear() {
  for (const auto& [peer, entry] : links_) {
    if (entry.probe) entry.probe->cancel();
  }
  links_.clear();
  undecided_.clear();
}

bool Switchboard::decides_about(const PeerId& peer) const {
  return context_->options.identity->peer() < peer;
}

void Switchboard::admit(Arrival arrival) {
  if (arrival.introduction.lane == Lane::bulk) return admit_bulk(std::move(arrival));
  admit_control(std::move(arrival));
}

void Switchboard::admit_control(Arrival arrival) {
  const PeerId peer = arrival.introduction.peer;
  TcpLink::Parts parts{context_, std::move(arrival.socket), std::move(arrival.introduction),
                       arrival.began, weak_from_this()};
  Candidate candidate{TcpLink::make(std::move(parts)), std::move(arrival.on_decided)};
  if (!remember(candidate.link)) return candidate.link->detach();
  const bool decides = decides_about(peer);
  const bool is_kept_off = penalties_.is_kept_off(peer, SteadyClock::now());
  candidate.link->begin(!decides);
  if (is_kept_off) {
    const Error reason(Errc::not_allowed,
                       "peer " + peer.brief() + " broke the protocol and is kept off for a while");
    return decline(std::move(candidate), {reason, Goodbye::refused});
  }
  const auto found = links_.find(peer);
  const bool is_new = found == links_.end();
  if (is_new && links_.size() + undecided_.size() >= context_->options.limits.links_max) {
    const Error reason(Errc::not_allowed, "this node has as many links as its limit allows");
    return decline(std::move(candidate), {reason, Goodbye::refused});
  }
  if (decides) return decide(std::move(candidate));
  if (!is_new && candidate.link->role() == Role::dialler && !found->second.link->is_closing() &&
      found->second.link->run() == candidate.link->run()) {
    return decline(std::move(candidate), {duplicate(), Goodbye::duplicate});
  }
  undecided_.emplace(std::move(candidate.link), std::move(candidate.on_decided));
}

void Switchboard::decide(Candidate candidate) {
  const auto found = links_.find(candidate.link->peer());
  if (found == links_.end()) return install(std::move(candidate));
  Entry& entry = found->second;
  const bool is_simultaneous =
      candidate.link->run() == entry.link->run() && candidate.link->began() <= entry.established;
  if (is_simultaneous && !entry.link->is_closing()) {
    return decline(std::move(candidate), {duplicate(), Goodbye::duplicate});
  }
  park(entry, std::move(candidate));
  probe(entry);
}

void Switchboard::obey(Candidate candidate) {
  const auto found = links_.find(candidate.link->peer());
  if (found == links_.end()) return install(std::move(candidate));
  Entry& entry = found->second;
  const bool is_same_run = candidate.link->run() == entry.link->run();
  park(entry, std::move(candidate));
  if (!is_same_run) return probe(entry);
  // The peer says so, and it knows: it has lost the link that is still here.
  entry.link->abort({Error(Errc::disconnected, "the peer has opened the link anew"), {}});
}

void Switchboard::park(Entry& entry, Candidate candidate) {
  if (entry.successor) {
    decline(std::move(*entry.successor), {duplicate(), Goodbye::duplicate});
  }
  entry.successor = std::move(candidate);
}

void Switchboard::probe(Entry& entry) {
  if (entry.probe || entry.link->is_closing()) return;
  entry.probe = std::make_shared<Timer>(strand_);
  entry.probe->expires_after(context_->options.times.probe);
  entry.probe->async_wait([self = shared_from_this(), peer = entry.link->peer(),
                           before = entry.link->bytes_received(),
                           timer = entry.probe](boost::system::error_code error) {
    if (!error) self->on_probed(peer, before);
  });
  entry.link->ping();
}

void Switchboard::on_probed(const PeerId& peer, std::uint64_t bytes_before) {
  const auto found = links_.find(peer);
  if (found == links_.end()) return;
  Entry& entry = found->second;
  entry.probe.reset();
  if (!entry.successor || entry.link->is_closing()) return;
  if (entry.link->bytes_received() == bytes_before) {
    entry.link->abort(
        {Error(Errc::timed_out, "the peer opened a new link and is silent here"), {}});
    return;
  }
  Candidate candidate = std::move(*entry.successor);
  entry.successor.reset();
  if (candidate.link->run() == entry.link->run()) {
    return decline(std::move(candidate), {duplicate(), Goodbye::duplicate});
  }
  const Error reason(Errc::duplicate_identity,
                     "two processes use the identity of peer " + peer.brief() +
                         "; the one linked first stays. Give each node its own data_dir");
  context_->log(LogLevel::warning, reason.message());
  decline(std::move(candidate), {reason, Goodbye::identity});
}

void Switchboard::install(Candidate candidate) {
  const PeerId peer = candidate.link->peer();
  candidate.link->establish({decides_about(peer)});
  Entry entry;
  entry.link = candidate.link;
  entry.established = SteadyClock::now();
  links_.insert_or_assign(peer, std::move(entry));
  context_->options.metrics->set({"tessera_net_links"}, static_cast<double>(links_.size()));
  context_->log(LogLevel::info, "linked to peer " + peer.brief());
  {
    const EventGate::Pass pass(context_->gate);
    const auto events = events_.lock();
    if (pass && events) events->on_link(candidate.link);
  }
  if (candidate.on_decided) candidate.on_decided(peer);
  if (const auto watcher = watcher_.lock()) watcher->on_peer_up(peer);
}

void Switchboard::decline(Candidate candidate, const Parting& parting) {
  candidate.link->decline(parting);
  if (!candidate.on_decided) return;
  if (parting.say == Goodbye::duplicate) return candidate.on_decided(candidate.link->peer());
  candidate.on_decided(parting.reason);
}

void Switchboard::on_link_accepted(std::shared_ptr<TcpLink> link) {
  asio::post(strand_,
             [self = shared_from_this(), link = std::move(link)] { self->accepted(link); });
}

void Switchboard::accepted(const std::shared_ptr<TcpLink>& link) {
  const auto found = undecided_.find(link);
  if (found == undecided_.end()) return;  // It has ended meanwhile, or `accept` came twice.
  Candidate candidate{link, std::move(found->second)};
  undecided_.erase(found);
  obey(std::move(candidate));
}

void Switchboard::on_bulk_needed(std::shared_ptr<TcpLink> link) { dial_bulk(context_, link); }

void Switchboard::admit_bulk(Arrival arrival) {
  const auto found = links_.find(arrival.introduction.peer);
  const bool is_known = found != links_.end() && found->second.link->role() == Role::listener &&
                        found->second.link->binding() == arrival.introduction.control_binding;
  const auto queue = is_known ? found->second.link->bulk_queue() : std::make_shared<FrameQueue>(0);
  auto bulk = make_bulk(context_, std::move(arrival.socket), arrival.introduction, queue);
  if (is_known && found->second.link->attach_bulk(bulk)) return;
  bulk->finish({Error(Errc::disconnected, "there is no such link"), Goodbye::refused});
}

void Switchboard::on_breach(const PeerId& peer, const Error& reason) {
  penalties_.punish(peer, SteadyClock::now());
  context_->count("tessera_net_breaches_total", reason_label(reason));
  context_->log(LogLevel::warning,
                "peer " + peer.brief() + " is kept off for a while: " + reason.message());
}

void Switchboard::on_link_finished(std::shared_ptr<TcpLink> link, Ending ending) {
  asio::post(strand_, [self = shared_from_this(), link = std::move(link),
                       ending = std::move(ending)] { self->finished(link, ending); });
}

void Switchboard::finished(const std::shared_ptr<TcpLink>& link, const Ending& ending) {
  {
    const std::lock_guard lock(all_mutex_);
    all_.erase(link);
  }
  const auto entry = links_.find(link->peer());
  const bool is_linked = entry != links_.end();
  if (is_linked && entry->second.link == link) return lost(link->peer(), ending);
  OnDecided on_decided;
  if (is_linked && entry->second.successor && entry->second.successor->link == link) {
    on_decided = std::move(entry->second.successor->on_decided);
    entry->second.successor.reset();
  } else if (const auto found = undecided_.find(link); found != undecided_.end()) {
    on_decided = std::move(found->second);
    undecided_.erase(found);
  }
  if (!on_decided) return;
  if (is_linked && ending.heard == Goodbye::duplicate) return on_decided(link->peer());
  on_decided(ending.reason);
}

void Switchboard::lost(const PeerId& peer, const Ending& ending) {
  const auto found = links_.find(peer);
  Entry entry = std::move(found->second);
  links_.erase(found);
  if (entry.probe) entry.probe->cancel();
  context_->options.metrics->set({"tessera_net_links"}, static_cast<double>(links_.size()));
  context_->count("tessera_net_links_lost_total", reason_label(ending.reason));
  context_->log(LogLevel::info,
                "the link to peer " + peer.brief() + " is gone: " + ending.reason.message());
  if (entry.successor && !entry.successor->link->is_closing()) {
    return install(std::move(*entry.successor));
  }
  const PeerWatcher::Loss loss{SteadyClock::now() - entry.established, is_breach(ending.reason)};
  if (entry.successor && entry.successor->on_decided) entry.successor->on_decided(ending.reason);
  if (const auto watcher = watcher_.lock()) watcher->on_peer_down(peer, loss);
}

}  // namespace tessera::net
