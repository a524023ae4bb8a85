#include <tessera/groups/shell/internal/link_table.h>
#include <tessera/groups/shell/internal/member_strand.h>
#include <tessera/primitives/codec.h>

#include <utility>

namespace tessera::shell {
namespace {

/// True for entries on their way to the disk: what a follower drops first when it cannot keep up.
[[nodiscard]] bool feeds_the_disk(const core::Message& message) {
  const auto* append = std::get_if<core::AppendRequest>(&message);
  return append != nullptr && !append->entries.empty();
}

}  // namespace

void MemberStrand::want_hello(std::uint64_t link, PeerId peer) {
  post([link, peer](MemberStrand& self) {
    const auto links = self.home_.links.lock();
    if (self.core_ && !self.ended_ && links) {
      links->state_hello(link, self.group_, encode(self.core_->hello(peer)));
    }
  });
}

void MemberStrand::arrive(Arrival arrival) {
  if (arrivals_.put(std::move(arrival))) {
    post([](MemberStrand& self) { self.take_arrivals(); });
  }
}

void MemberStrand::take_arrivals() {
  std::vector<Arrival> arrivals = arrivals_.take();
  for (std::size_t next = 0; next < arrivals.size();) {
    if (arrivals[next].change) {
      arrivals[next].change(*this);
      ++next;
      continue;
    }
    // Messages in a row are one step: what they make the core write and send goes out together.
    call_core([&](core::GroupCore& core, TimePoint now) {
      for (; next < arrivals.size() && arrivals[next].message; ++next) {
        if (is_welcome(arrivals[next])) {
          core.receive(now, arrivals[next].from, std::move(arrivals[next].message->message));
        }
      }
    });
    // If the core has stopped, what is left has nobody to go to.
    while (next < arrivals.size() && arrivals[next].message) {
      ++next;
    }
  }
  follow_up();
}

bool MemberStrand::is_welcome(const Arrival& arrival) {
  const auto found = bonds_.find(arrival.from);
  if (found == bonds_.end() || found->second.number != arrival.bond) {
    return false;
  }
  const bool fits = !feeds_the_disk(arrival.message->message) ||
                    home_.vault->bytes_waiting() <= home_.writer_bytes_max;
  if (!fits) {
    ++dropped_;
    count("tessera_messages_dropped_total");
  }
  return fits;
}

void MemberStrand::bonded(Bond bond, Bytes hello) {
  Arrival arrival;
  arrival.change = [bond = std::move(bond), hello = std::move(hello)](MemberStrand& self) {
    if (self.core_ && !self.ended_ && self.rebonds_under_way_ == 0) {
      self.bond_now(bond, hello);
    }
  };
  arrive(std::move(arrival));
}

void MemberStrand::bond_now(const Bond& bond, const Bytes& hello) {
  const auto refuse = [&](const Error& reason) {
    if (const auto links = home_.links.lock()) {
      links->refuse(bond.peer, bond.number, reason);
    }
  };
  auto stated = decode<core::BondHello>(hello);
  if (!stated) {
    refuse(stated.error().within("what the peer stated of itself"));
    return;
  }
  bonds_.insert_or_assign(bond.peer, bond);
  std::optional<Error> refusal;
  call_core([&](core::GroupCore& core, TimePoint now) {
    if (auto up = core.bond_up(now, bond.peer, *stated); !up) {
      refusal = up.error();
    }
  });
  if (refusal) {
    bonds_.erase(bond.peer);
    log(LogLevel::warning, "bond with " + bond.peer.brief() + " refused: " + refusal->message());
    refuse(*refusal);
  }
}

void MemberStrand::unbonded(PeerId peer, std::uint64_t bond) {
  Arrival arrival;
  arrival.change = [peer, bond](MemberStrand& self) { self.unbond_now(peer, bond); };
  arrive(std::move(arrival));
}

void MemberStrand::unbond_now(const PeerId& peer, std::uint64_t bond) {
  const auto found = bonds_.find(peer);
  if (found == bonds_.end() || found->second.number != bond) {
    return;
  }
  bonds_.erase(found);
  call_core([&peer](core::GroupCore& core, TimePoint now) { core.bond_down(now, peer); });
}

void MemberStrand::stir(PeerId peer) {
  post([peer](MemberStrand& self) {
    self.step([&peer](core::GroupCore& core, TimePoint now) { core.stir(now, peer); });
  });
}

void MemberStrand::incoming(PeerId from, std::uint64_t bond, Incoming message) {
  Arrival arrival;
  arrival.from = from;
  arrival.bond = bond;
  arrival.message.emplace(std::move(message));
  arrive(std::move(arrival));
}

void MemberStrand::rebond() {
  const auto links = home_.links.lock();
  if (!links) {
    return;
  }
  // Until the table has come to it, what it still posts belongs to bonds that have ended.
  ++rebonds_under_way_;
  held_.clear();
  for (const auto& [peer, bond] : std::exchange(bonds_, {})) {
    call_core([gone = peer](core::GroupCore& core, TimePoint now) { core.bond_down(now, gone); });
  }
  links->rebond(group_);
}

void MemberStrand::rebonded() {
  Arrival arrival;
  arrival.change = [](MemberStrand& self) { --self.rebonds_under_way_; };
  arrive(std::move(arrival));
}

}  // namespace tessera::shell
