#include <tessera/groups/core/entry_data.h>
#include <tessera/groups/core/group_state.h>

#include <algorithm>
#include <utility>

namespace tessera::core {
namespace {

/// The term of the first entry: nobody leads in it.
constexpr Term genesis_term{1};

FoundingOptions founding_options(const CoreOptions& options, const StorageId& storage) {
  FoundingOptions founding;
  founding.self = {options.self, storage};
  founding.group = options.group;
  // Who founds may vote, and an observer does not want to.
  const bool may_found = !options.leadership.observes() && !options.store_repaired;
  founding.genesis = may_found ? options.genesis : Genesis::join();
  founding.settings = options.settings;
  founding.durability = options.durability;
  founding.genesis_wait = options.genesis_wait;
  founding.seed = Random(options.seed).next();
  return founding;
}

/// What is left of `record` when its genesis no longer holds.
CoreRecord without_group(const CoreRecord& record) {
  CoreRecord rest;
  rest.record.storage = record.record.storage;
  rest.record.founding = record.record.founding;
  rest.record.witness = record.record.witness;
  rest.last_snapshot = record.last_snapshot;
  rest.damage = record.damage;
  return rest;
}

}  // namespace

GroupCore::State::State(CoreOptions options, Ports ports)
    : options_(std::move(options)),
      ports_(std::move(ports)),
      outbox_(options_.group, "group " + options_.group.brief()),
      operations_({{options_.self, options_.run}, options_.operation_timeout, options_.limits},
                  outbox_),
      reads_({options_.run, options_.operation_timeout}, outbox_),
      admin_calls_({options_.self, options_.run, options_.operation_timeout}, outbox_),
      applier_({options_.group, options_.limits}, ports_.machine, outbox_),
      intake_(ports_.machine, applier_.sessions()),
      snapshot_tasks_(outbox_),
      maker_(snapshot_tasks_),
      loader_(snapshot_tasks_),
      woken_(std::make_shared<std::atomic<bool>>(false)) {}

void GroupCore::State::start(CoreRecord record) {
  keeps_damaged_ = is_damaged(record);
  if (keeps_damaged_) record = without_data(record);
  if (record.damage) damage_ = record.damage->reason;
  if (!damage_ && options_.store_repaired) damage_ = options_.store_repaired->message();
  starts_over_ = damage_.has_value();
  if (keeps_damaged_) {
    outbox_.log(LogLevel::error, *damage_ + ": starts over without what the store holds");
  }
  const storage::GroupRecord& held = record.record;
  founding_ = std::make_unique<Founding>(founding_options(options_, held.storage), ports_.signer);
  catch_up_ =
      std::make_unique<CatchUp>(CatchUp::Options{options_.limits}, *this, ports_.strategy, outbox_);
  if (!keeps_damaged_) outbox_.persist_storage(held.storage);
  FoundingStart founding;
  founding.record = held.founding;
  founding.log_begun = held.last.index > Index{1} || held.base.index > Index{};
  if (keeps_damaged_) founding.damage = record.damage;
  if (auto started = founding_->start(now_, founding); !started) {
    stop(started.error().within("the founding record"));
    return;
  }
  if (!held.genesis.is_none() && held.genesis != founding_->genesis_id()) {
    // It died when it had given its genesis up and not yet what belonged to that.
    outbox_.persist_withdrawal();
    record = without_group(record);
  }
  if (record.snapshot) {
    if (auto restored = restore_snapshot(*record.snapshot); !restored) {
      stop(restored.error().within("restoring the snapshot"));
      return;
    }
  }
  auto witness = Witness::restore(held.witness);
  if (!witness) {
    stop(witness.error());
    return;
  }
  witness_ = *std::move(witness);
  witness_written_ = witness_.version();
  newest_ = record.snapshot;
  newest_since_ = now_;
  scrub_.start(now_);
  staged_ = record.staged;
  last_snapshot_ = record.last_snapshot;
  commit_floor_ = std::max(held.hard.commit, applier_.applied().index);
  replay_from_ = applier_.applied().index;
  if (founding_->genesis()) create_raft(std::move(record));
  at_start_ = own_memory();
  settle();
}

Result<void> GroupCore::State::restore_snapshot(const KeptSnapshot& snapshot) {
  auto anchor = decode_anchor(snapshot.manifest.anchor);
  if (!anchor) return anchor.error();
  auto part = decode_runtime_part(anchor->runtime());
  if (!part) return part.error().within("the snapshot's runtime part");
  ports_.strategy.adopt();
  applier_.start_from({anchor->position(), anchor->time(), std::move(part->sessions)});
  return {};
}

void GroupCore::State::create_raft(CoreRecord record) {
  RaftOptions options;
  options.self = founding_->self();
  options.limits = options_.limits;
  options.observer = options_.leadership.observes();
  options.may_sleep = options_.may_sleep;
  options.timeout_factor = options_.leadership.timeout_factor();
  options.seed = options_.seed;
  RaftRecord raft;
  raft.hard = record.record.hard;
  raft.hard.commit = std::max(raft.hard.commit, applier_.applied().index);
  raft.log = Log(record.record, std::move(record.recent));
  raft.base_time = applier_.time();
  if (record.snapshot) {
    const storage::SnapshotManifest& snapshot = record.snapshot->manifest;
    const auto anchor = decode_anchor(snapshot.anchor);
    const auto part = anchor ? decode_runtime_part(anchor->runtime()) : anchor.error();
    if (!part) {
      stop(part.error().within("the snapshot's runtime part"));
      return;
    }
    raft.configurations.set(snapshot.position.index, part->configuration);
    raft.settings.set(snapshot.position.index, part->settings);
  }
  raft_.emplace(options, std::move(raft), outbox_);
  for (const RawEntry& landmark : record.landmarks) {
    if (auto known = raft_->restore_landmark(landmark); !known) {
      stop(known.error().within("the entry at " + landmark.position.to_string()));
      return;
    }
  }
  raft_wanted_ = false;
  begin_raft();
}

void GroupCore::State::begin_raft() {
  outbox_.persist_genesis(founding_->genesis_id());
  if (founding_->acts() && raft_->log().last() == Cursor{}) {
    // Every founder writes the same first entry by itself.
    const std::optional<Certificate> certificate = founding_->genesis();
    const Bytes data = encode_proposal(certificate->proposal);
    raft_->found({{genesis_term, Index{1}}, EntryKind::genesis, LogTime{0}, data});
  }
  raft_->start(now_);
}

Result<void> GroupCore::State::bond_up(const PeerId& peer, const BondHello& hello) {
  wake();
  if (auto stale = staleness(hello)) {
    retire_storage(*stale);
    settle();
    return *std::move(stale);
  }
  if (retired_) return Error(Errc::stale_storage, "the next storage id is not durable yet");
  FoundingPeer stated;
  stated.member = {peer, hello.storage};
  stated.genesis = hello.genesis;
  stated.founders = hello.founders;
  stated.durability = hello.durability;
  auto accepted = founding_->bond_up(now_, stated);
  if (accepted) {
    Peer& fresh = peers_[peer] = Peer{};
    fresh.member = stated.member;
    fresh.since = now_;
    fresh.durability = hello.durability;
    fresh.leadership = hello.leadership;
    fresh.run = hello.run;
    fresh.start_count = hello.start_count;
    update_bonds();
  }
  settle();
  return accepted;
}

void GroupCore::State::bond_down(const PeerId& peer) {
  const auto found = peers_.find(peer);
  if (found == peers_.end()) return;
  wake();
  founding_->bond_down(now_, peer);
  if (raft_) raft_->peer_down(found->second.member);
  peers_.erase(found);
  admin_desk_.bond_down(peer);
  update_bonds();
  settle();
}

void GroupCore::State::stir(const PeerId& peer) {
  if (!peers_.contains(peer)) return;
  wake();
  settle();
}

void GroupCore::State::update_bonds() {
  ++bonds_.version;
  bonds_.peers.clear();
  for (const auto& [peer, state] : peers_) bonds_.peers.push_back(peer);
  outbox_.status_changed();
}

void GroupCore::State::tick() {
  founding_->tick(now_);
  if (raft_) raft_->tick(now_);
  operations_.tick(now_);
  reads_.tick(now_);
  admin_calls_.tick(now_);
  work_on_divergence();
  catch_up_->work(now_, installing_.has_value());
  settle();
}

void GroupCore::State::work() {
  if (woken_->exchange(false)) catch_up_->woken();
  if (raft_ && !installing_) {
    if (!diverged()) {
      if (const auto marker = applier_.work(*raft_, operations_)) {
        catch_up_->marker(marker->position, marker->marker);
      }
    }
    work_on_snapshots();
    work_on_divergence();
  }
  catch_up_->work(now_, installing_.has_value());
  settle();
}

void GroupCore::State::persisted(Ticket ticket) {
  durable_ = ticket;
  answer_stored();
  if (in_force_after_ != Ticket{} && in_force_after_ <= ticket) new_snapshot_in_force();
  while (!founding_records_.empty() && founding_records_.front().first <= ticket) {
    const std::uint64_t number = founding_records_.front().second;
    founding_records_.pop_front();
    founding_->persisted(now_, number);
  }
  if (raft_) raft_->persisted(now_, ticket);
  if (installing_ && installing_->ticket <= ticket) finish_installation();
  catch_up_->persisted(ticket);
  settle();
}

void GroupCore::State::finish_installation() {
  ports_.strategy.adopt();
  const Anchor& anchor = installing_->anchor;
  newest_ = installing_->snapshot;
  newest_since_ = now_;
  if (staged_ && staged_->id == newest_->id) staged_.reset();
  drop_unused_snapshots();
  applier_.start_from({anchor.position(), anchor.time(), std::move(installing_->sessions)});
  operations_.installed(applier_.sessions(), anchor.position());
  installing_.reset();
  divergence_rebuilt();
  catch_up_->woken();
  held_sync_bytes_ = 0;
  for (auto& [from, message] : std::exchange(held_sync_, {})) {
    if (peers_.contains(from)) catch_up_->receive(from, std::move(message));
  }
  outbox_.status_changed();
}

void GroupCore::State::stop(const Error& reason) {
  if (stopped_) return;
  // Whoever reads the store next, this node or a backup of it, then knows all that is committed.
  if (raft_ && reason.is(Errc::group_closed)) raft_->write_commit();
  stopped_ = true;
  problem_ = reason;
  operations_.fail_all(reason);
  reads_.fail_all(reason);
  admin_calls_.fail_all(reason);
  for (const Stored& each : std::exchange(stored_, {})) outbox_.fail(each.request, reason);
  fail_wanted_snapshots(reason);
  outbox_.status_changed();
}

}  // namespace tessera::core
