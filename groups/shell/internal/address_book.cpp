#include <tessera/groups/shell/internal/address_book.h>
#include <tessera/primitives/codec.h>

#include <algorithm>
#include <utility>

namespace tessera::shell {
namespace {

[[nodiscard]] std::vector<std::string> within_bounds(const std::vector<std::string>& told) {
  std::vector<std::string> addresses;
  for (const std::string& address : told) {
    const bool sane = !address.empty() && address.size() <= AddressBook::address_length_max;
    const bool fresh = std::find(addresses.begin(), addresses.end(), address) == addresses.end();
    if (sane && fresh && addresses.size() < AddressBook::addresses_max) {
      addresses.push_back(address);
    }
  }
  return addresses;
}

}  // namespace

AddressBook::Change AddressBook::learn(const PeerId& teller, const AddressNotice& notice,
                                       Seconds now) {
  Change change;
  if (auto own = within_bounds(notice.own); !own.empty()) {
    put(teller, {std::move(own), now, std::nullopt}, change);
  }
  std::size_t hearsay = told_by(teller);
  for (const AddressRecord& record : notice.others) {
    auto addresses = within_bounds(record.addresses);
    const Seconds age = std::max(record.age, Seconds(0));
    if (record.peer == self_ || record.peer == teller || addresses.empty() || age >= age_max) {
      continue;
    }
    const auto known = known_.find(record.peer);
    if (known == known_.end() ? hearsay >= hearsay_max : known->second.confirmed >= now - age) {
      continue;
    }
    hearsay += known == known_.end() ? 1 : 0;
    put(record.peer, {std::move(addresses), now - age, teller}, change);
  }
  make_room(change);
  return change;
}

void AddressBook::confirm(const PeerId& peer, Seconds now) {
  const auto known = known_.find(peer);
  if (known != known_.end()) {
    known->second.confirmed = std::max(known->second.confirmed, now);
    known->second.teller.reset();
  }
}

AddressBook::Change AddressBook::expire(Seconds now) {
  Change change;
  for (auto known = known_.begin(); known != known_.end();) {
    const auto next = std::next(known);
    if (now - known->second.confirmed > age_max) {
      remove(known, change);
    }
    known = next;
  }
  return change;
}

std::vector<AddressRecord> AddressBook::records(const std::set<PeerId>& peers, Seconds now) const {
  std::vector<AddressRecord> told;
  for (const auto& [peer, known] : known_) {
    if (peers.contains(peer)) {
      told.push_back({peer, known.addresses, std::max(now - known.confirmed, Seconds(0))});
    }
  }
  return told;
}

std::vector<AddressRecord> AddressBook::records(Seconds now) const {
  std::set<PeerId> peers;
  for (const auto& [peer, known] : known_) {
    peers.insert(peer);
  }
  return records(peers, now);
}

Bytes AddressBook::save(Seconds now) const {
  return encode(std::make_pair(static_cast<std::int64_t>(now.count()), records(now)));
}

AddressBook::Change AddressBook::load(const Bytes& saved, Seconds now) {
  Change change;
  const auto kept = decode<std::pair<std::int64_t, std::vector<AddressRecord>>>(saved);
  if (!kept) {
    return change;
  }
  // Whatever times a damaged record states, the sums of these are within their type.
  constexpr Seconds too_old = age_max + Seconds(1);
  const Seconds saved_at = std::clamp(Seconds(kept->first), now - too_old, now);
  for (const AddressRecord& record : kept->second) {
    auto addresses = within_bounds(record.addresses);
    const Seconds confirmed = saved_at - std::clamp(record.age, Seconds(0), too_old);
    if (record.peer != self_ && !addresses.empty() && now - confirmed <= age_max) {
      put(record.peer, {std::move(addresses), confirmed, std::nullopt}, change);
    }
  }
  make_room(change);
  return change;
}

void AddressBook::put(const PeerId& peer, Known known, Change& change) {
  Known& slot = known_[peer];
  if (slot.addresses != known.addresses) {
    for (const std::string& old : slot.addresses) {
      if (std::find(known.addresses.begin(), known.addresses.end(), old) == known.addresses.end()) {
        change.removed.push_back(old);
      }
    }
    for (const std::string& address : known.addresses) {
      if (std::find(slot.addresses.begin(), slot.addresses.end(), address) ==
          slot.addresses.end()) {
        change.added.emplace_back(peer, address);
      }
    }
    change.changed.push_back(peer);
  }
  slot = std::move(known);
}

void AddressBook::remove(std::map<PeerId, Known>::iterator known, Change& change) {
  change.removed.insert(change.removed.end(), known->second.addresses.begin(),
                        known->second.addresses.end());
  change.changed.push_back(known->first);
  known_.erase(known);
}

void AddressBook::make_room(Change& change) {
  while (known_.size() > peers_max) {
    const auto oldest =
        std::min_element(known_.begin(), known_.end(), [](const auto& left, const auto& right) {
          return left.second.confirmed < right.second.confirmed;
        });
    remove(oldest, change);
  }
}

std::size_t AddressBook::told_by(const PeerId& teller) const {
  return static_cast<std::size_t>(
      std::count_if(known_.begin(), known_.end(),
                    [&](const auto& known) { return known.second.teller == teller; }));
}

}  // namespace tessera::shell
