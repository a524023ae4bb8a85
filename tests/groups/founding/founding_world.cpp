#include "founding_world.h"

#include <tessera/conformance/identities.h>

#include <algorithm>
#include <sstream>

namespace tessera::core {
namespace {

constexpr std::chrono::seconds faulty_for{30};
constexpr std::chrono::seconds healed_for{120};

const GroupId the_group{UniqueId::from("the group")};

}  // namespace

struct FoundingWorld::Member {
  MemberId id;
  bool alive = false;
  bool has_right = false;
  std::uint64_t run = 0;
  std::unique_ptr<Founding> founding;
  // The disk: what is durable, and what was written and is not yet.
  Bytes record;
  bool log_begun = false;
  std::deque<FoundingOutput::Record> writing;
  // Sends, and the record each waits for.
  std::deque<std::pair<std::uint64_t, FoundingSend>> waiting;
  std::uint64_t handed_out = 0;
  std::uint64_t durable = 0;
  std::optional<TimePoint> tick_at;
};

FoundingWorld::FoundingWorld(const WorldPlan& plan, std::uint64_t seed)
    : plan_(plan), random_(seed) {
  for (std::size_t who = 0; who < plan.with_right + plan.joiners; ++who) {
    auto member = std::make_unique<Member>();
    member->id = {sim::identity(who).peer(),
                  StorageId(UniqueId::from("store").derive(seed).derive(who))};
    member->has_right = who < plan.with_right;
    stores_with_right_ += member->has_right ? 1 : 0;
    members_.push_back(std::move(member));
    for (std::size_t other = 0; other < who; ++other) links_[{other, who}] = {};
  }
}

FoundingWorld::~FoundingWorld() = default;

bool FoundingWorld::run() {
  faulty_ = plan_.faults;
  for (std::size_t who = 0; who < members_.size(); ++who) {
    at(drawn_ms(faulty_ ? 3000 : 100), [this, who] { start(who); });
  }
  for (Duration when{0}; when < faulty_for + healed_for; when += std::chrono::milliseconds{200}) {
    at(when, [this] {
      try_bonds();
      commit_where_possible();
    });
  }
  if (faulty_) {
    for (Duration when{0}; when < faulty_for; when += drawn_ms(plan_.fault_gap_ms)) {
      at(when, [this] { inject_fault(); });
    }
    run_until(now_ + faulty_for);
    heal();
  }
  const TimePoint end = now_ + healed_for;
  while (now_ < end && !all_joined()) run_until(now_ + std::chrono::milliseconds{500});
  return all_joined();
}

void FoundingWorld::at(Duration delay, std::function<void()> what) {
  events_.emplace(now_ + delay, std::move(what));
}

void FoundingWorld::run_until(TimePoint end) {
  while (!events_.empty() && events_.begin()->first <= end) {
    auto event = events_.extract(events_.begin());
    now_ = event.key();
    event.mapped()();
  }
  now_ = end;
}

void FoundingWorld::start(std::size_t who) {
  Member& member = *members_[who];
  if (member.alive) return;
  member.alive = true;
  ++member.run;
  FoundingOptions options;
  options.self = member.id;
  options.group = the_group;
  if (member.has_right && plan_.listed) {
    std::vector<PeerId> list;
    for (std::size_t each = 0; each < plan_.n; ++each) list.push_back(sim::identity(each).peer());
    options.genesis = Genesis::founders(list);
  } else if (member.has_right) {
    options.genesis = Genesis::expect(plan_.n);
  }
  options.genesis_wait = plan_.genesis_wait;
  options.seed = random_.next();
  member.founding = std::make_unique<Founding>(options, sim::identity(who));
  member.handed_out = 0;
  member.durable = 0;
  member.tick_at.reset();
  if (!member.founding->start(now_, {member.record, member.log_begun, {}}))
    throw Broken("no start");
  settle(who);
}

void FoundingWorld::crash(std::size_t who) {
  Member& member = *members_[who];
  if (!member.alive) return;
  ++marks_.crashes;
  unbond_all(who);
  member.alive = false;
  ++member.run;
  member.founding.reset();
  member.waiting.clear();
  // What was written and not synced may be there or not, in order.
  while (!member.writing.empty() && random_.chance({1, 2})) {
    member.record = member.writing.front().bytes;
    if (member.writing.front().storage) member.id.storage = *member.writing.front().storage;
    member.writing.pop_front();
  }
  member.writing.clear();
}

void FoundingWorld::wipe(std::size_t who) {
  Member& member = *members_[who];
  // A wiped disk is another store that holds the right.
  if (member.has_right && stores_with_right_ + 1 > 2 * plan_.n - 1) return;
  // A majority that lost its disks has lost the group, which is another story.
  if (committed_) return;
  crash(who);
  stores_with_right_ += member.has_right ? 1 : 0;
  ++marks_.wiped;
  member.record = {};
  member.log_begun = false;
  member.id.storage = StorageId(member.id.storage.id().derive("wiped"));
}

void FoundingWorld::inject_fault() {
  if (!faulty_) return;
  const std::size_t who = random_.below(members_.size());
  const std::size_t other = random_.below(members_.size());
  switch (random_.below(plan_.wipes ? 6 : 5)) {
    case 0:
    case 1:
      crash(who);
      at(drawn_ms(6000), [this, who] { start(who); });
      break;
    case 2:
    case 3:
      if (who != other) {
        const Pair pair = std::minmax(who, other);
        links_[pair].cut = true;
        unbond(pair);
        at(drawn_ms(10000), [this, pair] { links_[pair].cut = false; });
      }
      break;
    case 4: {  // one member alone
      for (auto& each : links_) {
        const Pair pair = each.first;
        if (pair.first != who && pair.second != who) continue;
        each.second.cut = true;
        unbond(pair);
        at(drawn_ms(8000), [this, pair] { links_[pair].cut = false; });
      }
      break;
    }
    default:
      wipe(who);
      at(drawn_ms(6000), [this, who] { start(who); });
  }
}

void FoundingWorld::heal() {
  faulty_ = false;
  for (auto& [pair, link] : links_) link.cut = false;
  for (std::size_t who = 0; who < members_.size(); ++who) start(who);
}

void FoundingWorld::try_bonds() {
  for (auto& [pair, link] : links_) {
    const bool up = members_[pair.first]->alive && members_[pair.second]->alive;
    if (up && !link.cut && !link.bonded) bond(pair);
  }
}

void FoundingWorld::bond(Pair pair) {
  const auto hello = [this](std::size_t who) {
    const Founding& founding = *members_[who]->founding;
    return FoundingPeer{founding.self(), founding.genesis_id(), founding.founders(),
                        Durability::fsync};
  };
  Link& link = links_[pair];
  link.bonded = true;
  ++link.epoch;
  const FoundingPeer first = hello(pair.first);
  const FoundingPeer second = hello(pair.second);
  const bool one = members_[pair.first]->founding->bond_up(now_, second).has_value();
  const bool two = members_[pair.second]->founding->bond_up(now_, first).has_value();
  if (!one || !two) {
    link.bonded = false;
    if (one) members_[pair.first]->founding->bond_down(now_, second.member.peer);
    if (two) members_[pair.second]->founding->bond_down(now_, first.member.peer);
  }
  settle(pair.first);
  settle(pair.second);
}

void FoundingWorld::unbond(Pair pair) {
  Link& link = links_[pair];
  if (!std::exchange(link.bonded, false)) return;
  ++link.epoch;
  for (const auto& [who, other] : {pair, Pair{pair.second, pair.first}}) {
    members_[who]->founding->bond_down(now_, members_[other]->id.peer);
    settle(who);
  }
}

void FoundingWorld::unbond_all(std::size_t who) {
  for (auto& [pair, link] : links_) {
    if (pair.first == who || pair.second == who) unbond(pair);
  }
}

void FoundingWorld::settle(std::size_t who) {
  Member& member = *members_[who];
  member.founding->check_invariants();
  FoundingOutput output = member.founding->take_output();
  if (output.record) {
    member.handed_out = output.record->number;
    member.writing.push_back(std::move(*output.record));
    at(drawn_ms(faulty_ ? plan_.sync_ms : 5),
       [this, who, run = member.run] { record_durable(who, run); });
  }
  for (FoundingSend& send : output.sends) {
    if (member.durable == member.handed_out) {
      transmit(who, send);
    } else {
      member.waiting.emplace_back(member.handed_out, std::move(send));
    }
  }
  bool rebond = false;
  for (const FoundingEvent event : output.events) {
    note(static_cast<std::uint64_t>(event));
    if (event == FoundingEvent::founded && !member.founding->acts()) {
      throw Broken("founded, and does not act");
    }
    marks_.adopted += event == FoundingEvent::adopted ? 1 : 0;
    marks_.renewed += event == FoundingEvent::storage_renewed ? 1 : 0;
    marks_.withdrawn += event == FoundingEvent::withdrawn ? 1 : 0;
    rebond |= event == FoundingEvent::withdrawn || event == FoundingEvent::storage_renewed;
  }
  if (member.founding->self() != member.id) throw Broken("is not who its store says");
  if (member.founding->acts()) {
    const GenesisId genesis = member.founding->genesis_id();
    proposals_.emplace(genesis, member.founding->genesis()->proposal);
    acted_[genesis].insert(member.id);
    if (abandoned_[genesis].contains(member.id)) throw Broken("acts in a set it has abandoned");
  }
  if (rebond) unbond_all(who);
  const auto deadline = member.founding->next_deadline();
  if (deadline && member.tick_at != deadline) {
    member.tick_at = deadline;
    at(std::max(*deadline - now_, Duration{1}), [this, who, run = member.run, deadline] {
      Member& ticked = *members_[who];
      if (!ticked.alive || ticked.run != run || ticked.tick_at != deadline) return;
      ticked.tick_at.reset();
      ticked.founding->tick(now_);
      settle(who);
    });
  }
}

void FoundingWorld::record_durable(std::size_t who, std::uint64_t run) {
  Member& member = *members_[who];
  if (!member.alive || member.run != run) return;
  const FoundingOutput::Record record = std::move(member.writing.front());
  member.writing.pop_front();
  member.record = record.bytes;
  if (record.storage) member.id.storage = *record.storage;
  member.durable = record.number;
  member.founding->persisted(now_, record.number);
  while (!member.waiting.empty() && member.waiting.front().first <= member.durable) {
    transmit(who, member.waiting.front().second);
    member.waiting.pop_front();
  }
  settle(who);
}

void FoundingWorld::transmit(std::size_t from, const FoundingSend& send) {
  observe(from, send.message);
  const auto to = index_of(send.to);
  const Link& link = links_.at(std::minmax(from, *to));
  if (!link.bonded) return;
  if (faulty_ && random_.chance({plan_.loss_percent, 100})) return;
  const std::size_t copies = faulty_ && random_.chance({1, 5}) ? 2 : 1;
  for (std::size_t copy = 0; copy < copies; ++copy) {
    const bool slow = faulty_ && random_.chance({1, 10});
    const std::uint64_t delay = faulty_ ? plan_.delay_ms : 20;
    at(drawn_ms(slow ? 3000 : delay),
       [this, from, to = *to, epoch = link.epoch, message = send.message] {
         if (links_.at(std::minmax(from, to)).epoch == epoch) deliver(from, to, message);
       });
  }
}

void FoundingWorld::deliver(std::size_t from, std::size_t to, const FoundingMessage& message) {
  note(from * 100 + to * 10 + message.index());
  const auto taken = members_[to]->founding->receive(now_, members_[from]->id.peer, message);
  if (!taken) throw Broken("a member's message is refused: " + taken.error().message());
  settle(to);
}

/// What leaves a member counts: others may rely on it.
void FoundingWorld::observe(std::size_t from, const FoundingMessage& message) {
  const MemberId& self = members_[from]->id;
  const auto is_void = [this](const GenesisId& genesis) {
    return 2 * abandoned_[genesis].size() >= proposals_.at(genesis).members.voters.size();
  };
  if (const auto* proposal = std::get_if<FoundingProposal>(&message)) {
    proposals_.emplace(proposal->proposal.id(), proposal->proposal);
  } else if (const auto* given_up = std::get_if<FoundingAbandonment>(&message)) {
    const GenesisId genesis = given_up->proposal.id();
    proposals_.emplace(genesis, given_up->proposal);
    marks_.abandoned += abandoned_[genesis].insert(given_up->vow.member).second ? 1 : 0;
    if (!is_void(genesis) && acted_[genesis].contains(given_up->vow.member)) {
      throw Broken("abandons a set that it acts in");
    }
  } else if (const auto* promise = std::get_if<FoundingPromise>(&message)) {
    auto& promised = promised_[promise->vow.member];
    if (promise->vow.member != self) throw Broken("sends another's promise");
    if (std::find(promised.begin(), promised.end(), promise->genesis) != promised.end()) return;
    for (const GenesisId& before : promised) {
      // Its own abandonment may have had nobody to go to.
      abandoned_[before].insert(self);
      if (!is_void(before)) throw Broken("promises again while a majority may act");
    }
    promised.push_back(promise->genesis);
  } else if (const auto* notice = std::get_if<GenesisNotice>(&message)) {
    if (!notice->certificate.verify()) throw Broken("names a genesis without its certificate");
  }
}

/// A majority of a set that acts and is bonded can commit.
void FoundingWorld::commit_where_possible() {
  for (const auto& [genesis, acted] : acted_) {
    const auto& voters = proposals_.at(genesis).members.voters;
    if (2 * acted.size() <= voters.size()) continue;
    if (committed_ && *committed_ != genesis) throw Broken("two geneses may commit");
    committed_ = genesis;
  }
  if (!committed_) return;
  const auto& voters = proposals_.at(*committed_).members.voters;
  for (std::size_t who = 0; who < members_.size(); ++who) {
    Member& member = *members_[who];
    if (!member.alive || member.founding->genesis_id() != *committed_ || member.log_begun) continue;
    std::size_t together = voters.contains(member.id) ? 1 : 0;
    bool told = false;
    for (std::size_t other = 0; other < members_.size(); ++other) {
      const Member& peer = *members_[other];
      if (other == who || !member.founding->shares_genesis(peer.id.peer)) continue;
      together += peer.founding->acts() ? 1 : 0;
      told |= peer.log_begun;
    }
    if (told || 2 * together > voters.size()) {
      member.log_begun = true;
      member.founding->log_begun();
    }
  }
}

void FoundingWorld::note(std::uint64_t what) {
  trace_ = (trace_ ^ what ^ static_cast<std::uint64_t>(now_.time_since_epoch().count())) *
           0x100000001b3ULL;
}

std::optional<std::size_t> FoundingWorld::index_of(const PeerId& peer) const {
  for (std::size_t who = 0; who < members_.size(); ++who) {
    if (members_[who]->id.peer == peer) return who;
  }
  return std::nullopt;
}

Duration FoundingWorld::drawn_ms(std::uint64_t below) {
  return std::chrono::milliseconds{1 + random_.below(below)};
}

bool FoundingWorld::all_joined() const {
  if (!committed_) return false;
  std::size_t acting = 0;
  for (const auto& member : members_) {
    if (!member->alive || member->founding->genesis_id() != *committed_) return false;
    if (member->founding->problem()) return false;
    acting += member->founding->acts() ? 1 : 0;
  }
  return 2 * acting > proposals_.at(*committed_).members.voters.size();
}

std::string FoundingWorld::describe() const {
  std::ostringstream out;
  for (std::size_t who = 0; who < members_.size(); ++who) {
    const Member& member = *members_[who];
    out << who << " " << member.id << (member.alive ? "" : " dead");
    if (member.alive) {
      const Founding& founding = *member.founding;
      out << " genesis " << founding.genesis_id() << (founding.acts() ? " acts" : "")
          << (member.log_begun ? " begun" : "") << " founders " << founding.founders();
      if (founding.problem()) out << " problem: " << founding.problem()->message();
    }
    out << '\n';
  }
  for (const auto& [pair, link] : links_) {
    if (!link.bonded) out << "no bond " << pair.first << "-" << pair.second << '\n';
  }
  return out.str();
}

}  // namespace tessera::core
