#include <tessera/groups/shell/internal/link_table.h>
#include <tessera/groups/shell/internal/member_strand.h>

#include <algorithm>
#include <utility>

namespace tessera::shell {
namespace {

/// Peers of one group whose problem is kept.
constexpr std::size_t problems_max = 64;

/// True for the ends of bonds that come and go in a healthy group.
[[nodiscard]] bool is_ordinary(const Error& reason) {
  return reason.is(Errc::group_closed) || reason.is(Errc::disconnected);
}

}  // namespace

void LinkTable::enter(Group group) {
  post([group = std::move(group)](LinkTable& self) mutable {
    if (self.ended_) {
      return;
    }
    const GroupId id = group.components.id();
    Entry entry{std::move(group.secret),
                group.components,
                std::move(group.member),
                system_clock().now(),
                {},
                {}};
    const auto [at, fresh] = self.groups_.emplace(id, std::move(entry));
    if (!fresh) {
      return;  // The node lets a group be joined again only after it was left.
    }
    const auto links = self.links_;
    for (const auto& [peer, link] : links) {
      self.add_group(*link, id, at->second);
      self.carry_out(*link);
    }
    self.tell_facts(id, at->second);
    self.arm();
  });
}

void LinkTable::leave(const GroupId& group, const Error& reason, std::function<void()> left) {
  post([group, reason, left = std::move(left)](LinkTable& self) {
    self.leave_now(group, reason);
    if (left) {
      left();
    }
  });
}

void LinkTable::leave_now(const GroupId& group, const Error& reason) {
  const auto found = groups_.find(group);
  if (found == groups_.end()) {
    return;
  }
  const auto member = found->second.member;  // Outlives the calls below.
  groups_.erase(found);
  sleep_changed();
  const auto links = links_;
  for (const auto& [peer, link] : links) {
    drop_standing(*link, group);
    link->state().bonds->remove_group(group, reason);
    carry_out(*link);
  }
}

void LinkTable::state_hello(std::uint64_t link, const GroupId& group, Bytes hello) {
  post([link, group, hello = std::move(hello)](LinkTable& self) {
    for (const auto& [peer, each] : self.links_) {
      if (each->number() == link) {
        const auto kept = each;
        kept->state().bonds->state_hello(group, hello);
        self.carry_out(*kept);
        return;
      }
    }
  });
}

void LinkTable::refuse(const PeerId& peer, std::uint64_t bond, const Error& reason) {
  post([peer, bond, reason](LinkTable& self) {
    const auto found = self.links_.find(peer);
    if (found == self.links_.end()) {
      return;
    }
    const auto link = found->second;
    for (const auto& [slot, standing] : link->state().standing) {
      if (standing.bond == bond) {
        const GroupId group = standing.group;
        self.drop_standing(*link, group);
        link->state().bonds->unbond(group, reason);
        self.note_problem(group, peer, reason);
        self.carry_out(*link);
        return;
      }
    }
  });
}

void LinkTable::rebond(const GroupId& group) {
  post([group](LinkTable& self) {
    const auto found = self.groups_.find(group);
    if (found == self.groups_.end()) {
      return;
    }
    const auto links = self.links_;
    for (const auto& [peer, link] : links) {
      self.drop_standing(*link, group);
    }
    // Before the new bonds: the member tells by this which are which.
    found->second.member->rebonded();
    for (const auto& [peer, link] : links) {
      link->state().bonds->rebond(group, {Errc::disconnected, "the bond is made anew"});
      self.carry_out(*link);
    }
  });
}

void LinkTable::add_group(PeerLink& link, const GroupId&, const Entry& entry) {
  link.state().bonds->add_group(entry.secret, entry.components);
}

void LinkTable::carry_out(PeerLink& link) {
  const auto kept = link.shared_from_this();
  while (link.state().bonds) {
    core::LinkBondsOutput output = link.state().bonds->take_output();
    if (output.payloads.empty() && output.events.empty()) {
      return;
    }
    for (Bytes& payload : output.payloads) {
      const bool sent = link.link().send(
          net::Lane::control, {static_cast<std::uint8_t>(FrameKind::bond), 0, std::move(payload)});
      if (!sent) {
        // A bond cannot do without it; the next link begins anew.
        link.link().close({Errc::disconnected, "the queue to the peer is full"});
        return;
      }
    }
    for (const core::BondEvent& event : output.events) {
      handle(link, event);
    }
  }
}

void LinkTable::handle(PeerLink& link, const core::BondEvent& event) {
  if (const auto* wanted = std::get_if<core::HelloWanted>(&event)) {
    const auto group = groups_.find(wanted->group);
    if (group != groups_.end()) {
      group->second.member->want_hello(link.number(), link.peer());
    }
  } else if (const auto* bonded = std::get_if<core::Bonded>(&event)) {
    bond_stands(link, *bonded);
  } else if (const auto* unbonded = std::get_if<core::Unbonded>(&event)) {
    bond_ended(link, *unbonded);
  } else if (const auto* mismatch = std::get_if<core::GroupMismatch>(&event)) {
    const Error reason{Errc::not_allowed, mismatch->explanation()};
    log(LogLevel::warning, "no bond with " + link.peer().brief() + ": " + reason.message());
    note_problem(mismatch->group, link.peer(), reason);
  }
  // `KeyUnmatched` says only that this peer has not the key so far: `key_problem` looks at all.
}

void LinkTable::bond_stands(PeerLink& link, const core::Bonded& bonded) {
  const auto group = groups_.find(bonded.group);
  if (group == groups_.end()) {
    return;
  }
  Entry& entry = group->second;
  Bond bond{link.peer(), ++last_number_, link.outlet(), bonded.send_slot};
  link.state().standing.insert_or_assign(bonded.receive_slot,
                                         PeerLink::State::Standing{bonded.group, bond.number});
  entry.bonded.insert(link.peer());
  sleep_changed();
  entry.problems.erase(link.peer());
  entry.key_problem_told = false;
  identity_problem_.reset();
  entry.member->bonded(std::move(bond), bonded.hello);
  if (!std::exchange(link.state().told_addresses, true)) {
    book_.confirm(link.peer(), wall_clock());
    tell_addresses(link, book_.records(wall_clock()));
  }
  tell_facts(bonded.group, entry);
}

void LinkTable::bond_ended(PeerLink& link, const core::Unbonded& unbonded) {
  drop_standing(link, unbonded.group);
  if (!is_ordinary(unbonded.reason)) {
    note_problem(unbonded.group, link.peer(), unbonded.reason);
  }
}

void LinkTable::drop_standing(PeerLink& link, const GroupId& group) {
  auto& standing = link.state().standing;
  for (auto each = standing.begin(); each != standing.end();) {
    const auto next = std::next(each);
    if (each->second.group == group) {
      const auto entry = groups_.find(group);
      if (entry != groups_.end()) {
        entry->second.bonded.erase(link.peer());
        entry->second.member->unbonded(link.peer(), each->second.bond);
      }
      link.state().joiners.erase(each->first);
      standing.erase(each);
    }
    each = next;
  }
  sleep_changed();
}

void LinkTable::note_problem(const GroupId& group, const PeerId& peer, const Error& reason) {
  const auto found = groups_.find(group);
  if (found == groups_.end()) {
    return;
  }
  auto& problems = found->second.problems;
  if (problems.size() < problems_max || problems.contains(peer)) {
    problems.insert_or_assign(peer, reason);
  }
  tell_facts(group, found->second);
}

void LinkTable::tell_facts(const GroupId& group, Entry& entry) {
  BondFacts facts;
  facts.links = links_.size();
  for (const auto& [peer, reason] : entry.problems) {
    facts.problems.push_back({peer, reason});
  }
  facts.key_problem = key_problem(group, entry);
  facts.identity_problem = identity_problem_;
  entry.key_problem_told = facts.key_problem.has_value();
  entry.member->learn(std::move(facts));
}

std::optional<Error> LinkTable::key_problem(const GroupId& group, const Entry& entry) const {
  if (!entry.bonded.empty() || links_.empty()) {
    return std::nullopt;
  }
  const TimePoint now = system_clock().now();
  std::size_t strangers = 0;
  for (const auto& [peer, link] : links_) {
    const PeerLink::State& state = link->state();
    if (state.bonds->key_proven(group)) {
      return std::nullopt;
    }
    if (now - std::max(state.up_since, entry.since) >= options_.proof_wait) {
      ++strangers;
    }
  }
  if (strangers == 0) {
    return std::nullopt;
  }
  return Error(Errc::not_allowed,
               "no peer proves this key: of " + std::to_string(links_.size()) +
                   " linked peers none holds it; check that all members are given the same key");
}

}  // namespace tessera::shell
