#include "fake_group.h"

#include <tessera/primitives/check.h>

#include <algorithm>
#include <utility>

namespace tessera::tests {

PeerId peer(unsigned number) {
  UniqueId::Array bytes{};
  bytes[0] = static_cast<std::uint8_t>(number);
  return PeerId(UniqueId(bytes));
}

bool Member::Wakes::due(TimePoint time) {
  if (at && *at <= time) {
    at.reset();
    now = true;
  }
  return std::exchange(now, false);
}

/// What both contexts have in common.
template <class Port>
class Member::Side : public Port {
 public:
  Side(Member& member, Wakes& wakes)
      : member_(member),
        wakes_(wakes),
        snapshots_(member.snapshots,
                   {[this] { return member_.snapshots.take(*member_.strategy_, anchor()); },
                    [this](Index) { return member_.log_bytes_behind; },
                    [this](const storage::SnapshotPart& part) { read_part(part); },
                    [this] { install_staged(); }}) {}

  const LogWindow& log() const override { return member_.log; }
  Cursor committed() const override { return member_.committed; }
  Cursor applied() const override { return member_.applied; }
  Anchor anchor() const override { return Anchor({member_.applied, LogTime(7), member_.runtime}); }
  PeerId local_id() const override { return member_.id; }
  GroupId group_id() const override { return GroupId(UniqueId::from("group")); }
  NetworkId network_id() const override { return NetworkId(UniqueId::from("network")); }
  BondsView bonds() const override { return member_.group_.bonds_of(member_.id); }
  TimePoint now() const override { return member_.group_.now; }
  std::optional<PeerId> leader() const override { return member_.group_.leader; }

  void wake() override { wakes_.now = true; }
  void wake_at(TimePoint when) override { wakes_.at = std::min(wakes_.at.value_or(when), when); }
  Waker waker() const override {
    return [wakes = &wakes_] { wakes->now = true; };
  }

  bool send_to(const PeerId& to, Bytes message) override {
    return member_.group_.send(member_, to, message);
  }
  std::vector<PeerId> broadcast(const Bytes& message) override {
    std::vector<PeerId> reached;
    for (const PeerId& to : bonds().peers) {
      if (send_to(to, message)) reached.push_back(to);
    }
    return reached;
  }

  void warn(const std::string& what) override { member_.warnings.push_back(what); }
  void refused(const PeerId& peer, const std::string& what) override {
    member_.warnings.push_back("a peer, " + peer.brief() + ", sends " + what);
  }
  Snapshots& snapshots() override { return snapshots_; }
  bool diverged() const override { return member_.diverged.has_value(); }

 protected:
  Member& member_;
  Wakes& wakes_;
  SnapshotsOfASide snapshots_;

 private:
  virtual void part_read(const storage::SnapshotPart& part, std::optional<Bytes> data) = 0;
  virtual void install_staged() {}

  void read_part(const storage::SnapshotPart& part) {
    const std::uint64_t life = member_.life_;
    member_.group_.after(std::chrono::microseconds{300}, [this, life, part] {
      if (life != member_.life_) return;
      part_read(part, member_.snapshots.part(part));
      wakes_.now = true;
    });
  }
};

class Member::ProviderSide final : public Side<ProviderContext> {
 public:
  using Side::Side;

  void read_log(Index from, std::size_t bytes_max) override {
    const std::uint64_t life = member_.life_;
    member_.group_.after(std::chrono::microseconds{300}, [this, life, from, bytes_max] {
      if (life != member_.life_ || !member_.provider_) return;
      member_.provider_->entries_read(from, member_.log.read(from, bytes_max), *this);
    });
  }
  bool is_leader() const override { return member_.group_.leader == member_.id; }
  std::optional<Bytes> feed_command(Bytes command) override {
    if (!is_leader()) return command;
    member_.fed.push_back(std::move(command));
    return std::nullopt;
  }
  bool feed_marker(Bytes marker) override { return !feed_command(std::move(marker)); }
  bool is_majority(const Anchor&, const std::set<PeerId>& peers) const override {
    return peers.size() > member_.group_.members().size() / 2;
  }
  void state_diverged(const std::string& how) override { member_.diverged = how; }

 private:
  void part_read(const storage::SnapshotPart& part, std::optional<Bytes> data) override {
    if (member_.provider_) member_.provider_->part_read(part, std::move(data), *this);
  }
};

class Member::SessionSide final : public Side<SessionContext> {
 public:
  using Side::Side;

  void read_log(Index from, std::size_t bytes_max) override {
    const std::uint64_t life = member_.life_;
    member_.group_.after(std::chrono::microseconds{300}, [this, life, from, bytes_max] {
      if (life != member_.life_ || !member_.session_) return;
      member_.session_->entries_read(from, member_.log.read(from, bytes_max), *this);
      wakes_.now = true;
    });
  }

  void install(const Anchor& anchor, Bytes saved) override {
    if (anchor.position().index <= member_.applied.index && !diverged()) return;
    const auto writer = member_.strategy_->write_state({});
    auto loaded = writer ? (*writer)->add(saved) : Result<void>(writer.error());
    if (loaded) loaded = (*writer)->finish();
    if (!loaded) {
      fail(loaded.error().message());
      return;
    }
    member_.installed_at(anchor);
  }

  StagedSnapshot& staging() override { return snapshots_; }
  void append_after(Cursor position, const std::vector<LogEntry>& entries) override {
    FakeLog& held = member_.log;
    for (const LogEntry& entry : entries) {
      const Cursor at = entry.entry.position;
      if (at.index <= position.index || at.index <= held.base().index || held.holds(at)) continue;
      if (!held.holds(entry.preceding) || at.index != entry.preceding.index + 1) break;
      if (at.index <= held.last().index) {
        check(at.index > member_.committed.index, "a committed entry is never replaced");
        if (at.index > member_.target_.index) break;
        held.truncate_from(at.index);
      }
      held.append(entry.entry);
      ++member_.appended;
    }
    if (held.holds(member_.target_)) {
      member_.committed = std::max(member_.committed, member_.target_);
    }
  }

  void fail(std::string reason) override { member_.failed = std::move(reason); }
  void report(const SyncProgress& reported) override { member_.progress = reported; }

 private:
  void part_read(const storage::SnapshotPart& part, std::optional<Bytes> data) override {
    if (member_.session_) member_.session_->part_read(part, std::move(data), *this);
  }
  void install_staged() override {
    const Anchor anchor = member_.snapshots.staged()->anchor;
    if (const auto loaded = member_.snapshots.load_staged(*member_.strategy_)) {
      member_.installed_at(anchor);
      wake();
    } else {
      fail(loaded.error().message());
    }
  }
};

Member::Member(FakeGroup& group, PeerId peer_id)
    : id(peer_id),
      group_(group),
      provider_side_(std::make_unique<ProviderSide>(*this, provider_wakes_)),
      session_side_(std::make_unique<SessionSide>(*this, session_wakes_)) {}

Member::~Member() = default;

ProviderContext& Member::provider_context() { return *provider_side_; }
SessionContext& Member::session_context() { return *session_side_; }

void Member::run(CatchUpStrategy& strategy) {
  drop_session();
  ++life_;
  strategy_ = &strategy;
  provider_ = strategy.create_provider(*provider_side_);
}

void Member::open_session(SessionStart start) {
  done.reset();
  failed.reset();
  target_ = start.target;
  session_wakes_ = {true, std::nullopt};
  session_ = strategy_->create_session(std::move(start), *session_side_);
}

void Member::installed_at(const Anchor& anchor) {
  strategy_->adopt();
  if (!log.holds(anchor.position())) log.reset(anchor.position());
  committed = std::max(committed, anchor.position());
  applied = anchor.position();
  runtime = anchor.runtime();
  diverged.reset();
  ++installed;
}

void Member::buffer(const std::vector<LogEntry>& entries) {
  if (!session_ || entries.empty()) return;
  session_->buffer(entries.front().preceding, entries, *session_side_);
  session_wakes_.now = true;
}

void Member::drop_session() {
  session_.reset();
  session_wakes_ = {};
}

void Member::receive(const PeerId& from, const Bytes& message) {
  if (!provider_) return;
  const auto back = provider_->receive(message, from, *provider_side_);
  if (!back || !session_) return;
  session_->receive(*back, from, *session_side_);
  session_wakes_.now = true;
}

void Member::poll() {
  if (!alive) return;
  if (provider_ && provider_wakes_.due(group_.now) && provider_->poll(*provider_side_)) {
    provider_wakes_.now = true;
  }
  if (session_ && session_wakes_.due(group_.now)) poll_session();
}

void Member::poll_session() {
  const auto position = session_->poll(*session_side_);
  if (failed) {
    drop_session();
  } else if (position) {
    done = position;
    drop_session();
  }
}

std::optional<TimePoint> Member::next_wake() const {
  if (!alive) return std::nullopt;
  std::optional<TimePoint> next;
  const auto consider = [&](const Wakes& wakes, bool exists) {
    if (!exists) return;
    if (wakes.now) next = group_.now;
    if (wakes.at) next = std::min(next.value_or(*wakes.at), *wakes.at);
  };
  consider(provider_wakes_, provider_ != nullptr);
  consider(session_wakes_, session_ != nullptr);
  return next;
}

FakeGroup::FakeGroup(std::uint64_t seed, Weather initial) : random(seed), weather(initial) {}

Member& FakeGroup::add(unsigned number) {
  auto& place = members_[peer(number)];
  place = std::make_unique<Member>(*this, peer(number));
  ++bonds_version_;
  return *place;
}

void FakeGroup::kill(Member& member) {
  member.alive = false;
  ++bonds_version_;
}

void FakeGroup::revive(Member& member) {
  member.alive = true;
  ++bonds_version_;
}

BondsView FakeGroup::bonds_of(const PeerId& id) const {
  BondsView view;
  view.version = bonds_version_;
  for (const auto& [other, member] : members_) {
    if (other != id && member->alive) view.peers.push_back(other);
  }
  return view;
}

std::chrono::microseconds FakeGroup::delay_of(const Member& from) {
  const auto most = std::chrono::microseconds(weather.delay_max).count();
  const auto drawn = random.below(static_cast<std::uint64_t>(most) + 1);
  return std::chrono::microseconds(drawn) + from.slowness;
}

bool FakeGroup::send(Member& from, const PeerId& to, const Bytes& message) {
  const auto other = members_.find(to);
  if (other == members_.end() || !other->second->alive || to == from.id) return false;
  std::size_t& under_way = under_way_[{from.id, to}];
  if (under_way != 0 && under_way + message.size() > weather.lane_bytes) return false;
  const auto sent = from.distort ? from.distort(message) : message;
  if (!sent) return true;
  from.bytes_sent += sent->size();
  const int copies = random.chance({weather.duplication_permille, 1000}) ? 2 : 1;
  for (int copy = 0; copy < copies; ++copy) {
    const bool lost = random.chance({weather.loss_permille, 1000});
    under_way += message.size();
    after(delay_of(from),
          [this, from_id = from.id, to, bytes = *sent, lost, size = message.size()] {
            under_way_[{from_id, to}] -= size;
            Member& receiver = *members_.at(to);
            if (!lost && receiver.alive && members_.at(from_id)->alive)
              receiver.receive(from_id, bytes);
          });
  }
  return true;
}

void FakeGroup::after(std::chrono::microseconds delay, std::function<void()> action) {
  events_.emplace(now + delay, std::move(action));
}

bool FakeGroup::run_until(const std::function<bool()>& condition, std::chrono::seconds limit) {
  const TimePoint end = now + limit;
  while (!condition()) {
    std::optional<TimePoint> next;
    if (!events_.empty()) next = events_.begin()->first;
    for (const auto& [id, member] : members_) {
      if (const auto wake = member->next_wake()) next = std::min(next.value_or(*wake), *wake);
    }
    if (!next || *next > end) return false;
    now = std::max(now, *next);
    if (!events_.empty() && events_.begin()->first <= now) {
      const auto action = std::move(events_.begin()->second);
      events_.erase(events_.begin());
      action();
    }
    for (const auto& [id, member] : members_) member->poll();
    if (watch) watch();
  }
  return true;
}

}  // namespace tessera::tests
