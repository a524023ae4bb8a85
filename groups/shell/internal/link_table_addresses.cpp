#include <tessera/groups/shell/internal/link_table.h>
#include <tessera/primitives/codec.h>

#include <algorithm>
#include <utility>

namespace tessera::shell {
namespace {

[[nodiscard]] bool holds(const std::vector<std::string>& addresses, const std::string& address) {
  return std::find(addresses.begin(), addresses.end(), address) != addresses.end();
}

}  // namespace

void LinkTable::tell_addresses(PeerLink& link, const std::vector<AddressRecord>& others) {
  AddressNotice notice;
  notice.own = options_.source->listen_addresses();
  for (const AddressRecord& record : others) {
    if (record.peer != link.peer()) {
      notice.others.push_back(record);
    }
  }
  // A notice that is dropped is made up for: every link that comes up begins with all of it.
  static_cast<void>(link.link().send(
      net::Lane::control, {static_cast<std::uint8_t>(FrameKind::addresses), 0, encode(notice)}));
}

void LinkTable::take_addresses(PeerLink& link, const Bytes& payload) {
  if (link.state().standing.empty()) {
    return;  // Only bonded peers are believed; the last bond may have ended meanwhile.
  }
  const auto notice = decode<AddressNotice>(payload);
  if (!notice) {
    link.link().close(notice.error().within("the peer's addresses"));
    return;
  }
  follow(book_.learn(link.peer(), *notice, wall_clock()), link.peer());
}

void LinkTable::follow(const AddressBook::Change& change, const PeerId& teller) {
  if (!change.any()) {
    return;
  }
  for (const std::string& address : change.removed) {
    if (!holds(options_.peers, address)) {
      options_.source->forget(address);
    }
  }
  for (const auto& [peer, address] : change.added) {
    dial(peer, address);
  }
  const std::set<PeerId> changed(change.changed.begin(), change.changed.end());
  const auto news = book_.records(changed, wall_clock());
  for (const auto& [peer, link] : links_) {
    if (peer != teller && !link->state().standing.empty()) {
      tell_addresses(*link, news);
    }
  }
  book_dirty_ = true;
  update_facts();
  arm();
}

void LinkTable::dial(const PeerId& peer, const std::string& address) {
  const bool is_own = holds(options_.source->listen_addresses(), address);
  if (is_own || holds(options_.peers, address)) {
    return;
  }
  if (auto dialled = options_.source->dial({address, peer}); !dialled) {
    log(LogLevel::debug, "the address '" + address + "' of " + peer.brief() +
                             " cannot be dialled: " + dialled.error().message());
  }
}

void LinkTable::keep_addresses() {
  const AddressBook::Seconds now = wall_clock();
  for (const auto& [peer, link] : links_) {
    if (!link->state().standing.empty()) {
      book_.confirm(peer, now);
    }
  }
  const AddressBook::Change stale = book_.expire(now);
  for (const std::string& address : stale.removed) {
    if (!holds(options_.peers, address)) {
      options_.source->forget(address);
    }
  }
  if (options_.keep_addresses) {
    options_.keep_addresses(book_.save(now));
  }
}

}  // namespace tessera::shell
