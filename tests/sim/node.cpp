#include <tessera/conformance/identities.h>
#include <tessera/conformance/message_names.h>
#include <tessera/conformance/node.h>
#include <tessera/conformance/referee.h>
#include <tessera/primitives/check.h>

#include <algorithm>
#include <sstream>
#include <utility>

namespace tessera::sim {

Node::Node(Setup setup, Surroundings surroundings)
    : setup_(std::move(setup)),
      around_(surroundings),
      dice_(setup_.seed),
      disk_({setup_.disk, dice_.bits(), surroundings.queue, *this}) {}

Node::~Node() = default;

void Node::start() {
  check(!up(), "a node that is up is not started");
  ++life_;
  paused_ = failed_ = false;
  deferred_.clear();
  outbox_.clear();
  durable_ticket_ = asked_ticket_ = core::Ticket{};
  wake_at_.reset();
  timer_pending_.reset();
  work_pending_ = telling_pending_ = false;
  clock_origin_ = around_.queue.now();
  clock_offset_ = dice_.in(Dice::Span{std::chrono::seconds{1}, std::chrono::seconds{1000}});
  asked_ = disk_.durable();
  commit_floor_ = asked_.record().hard.commit;
  status_ = status_before_ = core::Status{};
  machine_ = setup_.make_machine();

  core::CoreOptions options = setup_.options;
  options.start_count = disk_.open();
  options.run = dice_.bits() | 1U;
  options.seed = dice_.bits();
  core_ = std::make_unique<core::GroupCore>(
      std::move(options), core::GroupCore::Ports{*machine_.machine, *machine_.strategy,
                                                 identity(setup_.index), [this, life = life_] {
                                                   if (life == life_) schedule_work();
                                                 }});
  if (disk_.starts() > 1) around_.marks.add(Mark::restart);
  if (asked_.record().snapshot) around_.marks.add(Mark::snapshot_loaded);
  around_.trace.line(around_.queue.now(), "node " + std::to_string(index()) + " starts, log " +
                                              asked_.base().to_string() + ".." +
                                              asked_.last().to_string());
  around_.referee.starts(*this);
  step([this](core::GroupCore& core, TimePoint now) { core.start(now, load()); });
  if (disk_short_) state_space();
}

void Node::crash() {
  check(up(), "only a node that is up crashes");
  ++life_;
  core_.reset();
  machine_ = {};
  deferred_.clear();
  outbox_.clear();
  paused_ = false;
  const Disk::Losses losses = disk_.crash();
  around_.marks.add(Mark::crash);
  if (losses.kept > 0) around_.marks.add(Mark::writes_kept);
  if (losses.lost > 0) around_.marks.add(Mark::writes_lost);
  around_.trace.mix(0xdead0000 + index());
  around_.trace.line(around_.queue.now(), "node " + std::to_string(index()) + " crashes, " +
                                              std::to_string(losses.lost) + " writes lost, " +
                                              std::to_string(losses.kept) + " kept");
  around_.referee.crashed(*this);
}

void Node::wipe() {
  check(!up(), "the disk of a running process is not replaced");
  disk_.wipe();
  setup_.options.genesis = Genesis::join();
  around_.marks.add(Mark::disk_wiped);
  around_.trace.line(around_.queue.now(), "the disk of node " + std::to_string(index()) +
                                              " is replaced by an empty one");
}

void Node::rot() {
  check(!up(), "what a running process has read does not rot");
  const GroupLog& held = disk_.durable();
  core::Damage damage;
  damage.number = dice_.bits() | 1U;
  damage.reason = "the disk of node " + std::to_string(index()) + " has rotted";
  // As the shell does it: of a founding that has only begun nothing is kept.
  if (held.last().index > Index{1} || held.base().index > Index{}) {
    damage.genesis = held.record().genesis;
  }
  disk_.rot(std::move(damage));
  around_.marks.add(Mark::bit_rot);
  around_.trace.line(around_.queue.now(),
                     "what the disk of node " + std::to_string(index()) + " holds is damaged");
}

void Node::set_space(bool disk_short) {
  if (std::exchange(disk_short_, disk_short) != disk_short) state_space();
}

void Node::state_space() {
  around_.trace.line(around_.queue.now(), "the disk of node " + std::to_string(index()) +
                                              (disk_short_ ? " is nearly full" : " has room"));
  std::optional<Error> shortage;
  if (disk_short_) shortage = Error(Errc::disk_full, "the disk is nearly full");
  post([this, shortage] {
    step([&](core::GroupCore& core, TimePoint now) { core.space(now, shortage); });
  });
}

void Node::put_back_disk() {
  check(!up(), "the disk of a running process is not replaced");
  disk_.put_back(copy_.value());
  put_back_ = disk_.durable().record().storage;
  around_.marks.add(Mark::disk_put_back);
  around_.trace.line(around_.queue.now(), "the disk of node " + std::to_string(index()) +
                                              " is put back to its copy, log " +
                                              disk_.durable().base().to_string() + ".." +
                                              disk_.durable().last().to_string());
}

void Node::fail_disk() {
  around_.trace.line(around_.queue.now(), "the disk of node " + std::to_string(index()) + " fails");
  disk_.crash();
  outbox_.clear();
  step([](core::GroupCore& core, TimePoint now) {
    core.stop(now, Error(Errc::storage_failed, "a write failed"));
  });
  failed_ = true;
}

void Node::pause() {
  if (up()) paused_ = true;
}

void Node::resume() {
  paused_ = false;
  const std::uint64_t life = life_;
  auto waiting = std::exchange(deferred_, {});
  for (auto& action : waiting) {
    if (life != life_) return;
    action();
  }
}

void Node::set_clock_rate(std::int64_t permille) {
  clock_offset_ = local_now().time_since_epoch();
  clock_origin_ = around_.queue.now();
  clock_permille_ = permille;
  if (up()) schedule_timer(wake_at_);
}

void Node::jump_clock(Duration by) {
  clock_offset_ += by;
  if (up()) schedule_timer(wake_at_);
}

TimePoint Node::local_now() const {
  const Duration passed = around_.queue.now() - clock_origin_;
  return TimePoint(clock_offset_ + passed * clock_permille_ / 1000);
}

void Node::post(EventQueue::Action action) {
  if (!up()) return;
  if (paused_) {
    deferred_.push_back(std::move(action));
  } else {
    action();
  }
}

core::CoreRecord Node::load() {
  core::CoreRecord loaded;
  loaded.record = asked_.record();
  if (loaded.record.storage.is_none()) {
    loaded.record.storage = StorageId(UniqueId::from("a store").derive(dice_.bits()));
  }
  for (const auto& mark : loaded.record.landmarks) {
    loaded.landmarks.push_back(*asked_.entry(mark.index));
  }
  std::size_t bytes = 0;
  Index first = asked_.last().index + 1;
  while (first > asked_.base().index + 1) {
    const RawEntry* entry = asked_.entry(first - 1);
    bytes += entry->size();
    if (bytes > setup_.recent_max && !(first > asked_.last().index)) break;
    first = first - 1;
  }
  for (Index index = first; index <= asked_.last().index; ++index) {
    loaded.recent.push_back(*asked_.entry(index));
  }
  loaded.damage = disk_.damage();
  load_snapshots(loaded);
  return loaded;
}

void Node::load_snapshots(core::CoreRecord& loaded) {
  const auto& in_force = loaded.record.snapshot;
  for (const auto& [id, held] : disk_.snapshots()) {
    const core::KeptSnapshot kept{id, held.stored.manifest};
    loaded.last_snapshot = id;
    if (!in_force || in_force->id != id) {
      if (kept.manifest.parts != 0) loaded.staged = kept;
      continue;
    }
    loaded.snapshot = kept;
    auto writer = machine_.strategy->write_state(kept.manifest.contents);
    check(writer.has_value(), "a machine can be made");
    for (const auto& [number, part] : held.parts) {
      check((*writer)->add(part).has_value(), "a part that was read loads");
    }
    check((*writer)->finish().has_value(), "a snapshot in force loads");
  }
}

void Node::finish_step() {
  core::Effects effects = core_->take_effects();
  if (filter_) filter_(*this, effects);
  ask(effects);
  std::swap(status_, status_before_);
  status_ = core_->status();
  machine_.watched->stands_at(status_.applied.index);
  core_->check_invariants();
  trace_step(effects);
  take_note(effects);
  around_.referee.stepped(*this, effects, machine_.watched->take_applied());
  carry_out(effects);
}

void Node::ask(core::Effects& effects) {
  for (const core::Persist& persist : effects.persists) {
    check(persist.ticket > asked_ticket_, "the tickets of writes rise");
    asked_ticket_ = persist.ticket;
    if (persist.replaces) asked_ = GroupLog{};
    around_.referee.asked(*this, persist.write);
    const auto& entries = persist.write.entries;
    if (!entries.empty() && entries.front().position.index <= asked_.last().index) {
      around_.marks.add(Mark::entries_overwritten);
    }
    asked_.apply(persist.write);
  }
}

void Node::take_note(const core::Effects& effects) {
  Marks& marks = around_.marks;
  if (!effects.reads.empty()) marks.add(Mark::entries_read_back);
  for (const core::SnapshotTask& task : effects.snapshots) {
    if (std::holds_alternative<core::CompleteSnapshot>(task.work)) {
      marks.add(Mark::snapshot_stored);
    }
  }
  for (const core::Persist& persist : effects.persists) {
    if (persist.write.reset) marks.add(Mark::log_replaced);
    if (persist.write.prune) marks.add(Mark::log_pruned);
    if (persist.replaces) marks.add(Mark::started_over);
  }
  const auto diverged = [](const core::Status& status) {
    return status.problem && status.problem->is(Errc::diverged);
  };
  if (diverged(status_) && !diverged(status_before_)) marks.add(Mark::state_diverged);
  if (!diverged(status_) && diverged(status_before_)) marks.add(Mark::state_rebuilt);
  const bool leads = status_.role == core::Role::leader;
  const bool led = status_before_.role == core::Role::leader;
  if (leads && !led) marks.add(Mark::leader_elected);
  if (led && !leads) marks.add(Mark::leader_deposed);
  if (status_.leader && status_before_.leader && status_.leader != status_before_.leader) {
    marks.add(Mark::leader_changed);
  }
  const bool knew_genesis = !status_before_.genesis.is_none();
  if (!status_.genesis.is_none() && !knew_genesis) {
    const bool founder = status_.configuration.is_voter(status_.self);
    if (!founder && disk_.starts() == 1) marks.add(Mark::genesis_joined);
  }
  if (status_.asleep && !status_before_.asleep) {
    asleep_since_ = around_.queue.now();
    if (leads) marks.add(Mark::fell_asleep);
  }
  if (!status_.asleep && status_before_.asleep) {
    marks.add(Mark::woken);
    if (status_.bonds.size() < status_before_.bonds.size()) marks.add(Mark::woken_by_a_lost_bond);
  }
  const auto& session = status_.session;
  const auto& session_before = status_before_.session;
  if (session && !session_before) marks.add(Mark::session_opened);
  if (session_before && !session) marks.add(Mark::session_finished);
  if (session && !session->last_failure.empty()) marks.add(Mark::session_failed);
  if (leads &&
      status_.configuration.learners.size() > status_before_.configuration.learners.size()) {
    marks.add(Mark::learner_added);
  }
  for (const LogRecord& record : effects.log) {
    const bool found_out = record.message.find("is an older copy") != std::string::npos;
    if (found_out && has_old_disk()) marks.add(Mark::old_copy_found_out);
    if (record.message.find("whose disk has more room") != std::string::npos) {
      marks.add(Mark::led_on_for_space);
    }
  }
  if (leads) note_members(effects);
}

void Node::note_members(const core::Effects& effects) {
  Marks& marks = around_.marks;
  const core::Configuration& before = status_before_.configuration;
  const core::Configuration& after = status_.configuration;
  if (after.joint() && !before.joint()) marks.add(Mark::joint_entered);
  if (before.joint() && !after.joint()) marks.add(Mark::joint_left);
  if (status_.settings != status_before_.settings) marks.add(Mark::settings_changed);
  if (!before.joint() && after.voters.size() > before.voters.size()) marks.add(Mark::voter_added);
  for (const LogRecord& record : effects.log) {
    if (record.message.find("replaces the silent") == 0) marks.add(Mark::voter_replaced);
    if (record.message.find("back on a new store") != std::string::npos) {
      marks.add(Mark::voter_returned);
    }
    if (record.message.find("observe") != std::string::npos) marks.add(Mark::voter_released);
  }
}

void Node::carry_out(core::Effects& effects) {
  for (core::SnapshotTask& task : effects.snapshots) disk_.snapshot(std::move(task));
  for (core::Persist& persist : effects.persists) disk_.write(std::move(persist));
  if (effects.rebond) {
    outbox_.clear();
    around_.postman.rebond(*this);
    around_.marks.add(Mark::bonds_renewed);
  }
  for (core::Send& send : effects.sends) {
    check(send.after <= asked_ticket_, "a message waits for a write that was asked for");
    if (send.after <= durable_ticket_) {
      release(std::move(send));
    } else {
      outbox_.push_back(std::move(send));
    }
  }
  for (const core::ReadEntries& read : effects.reads) disk_.read(read);
  schedule_timer(effects.wake_at);
  if (effects.work_pending) schedule_work();
  if (effects.commit_untold) schedule_telling();
  for (const core::Reply& reply : effects.replies) around_.callers.replied(*this, reply);
}

void Node::release(core::Send send) {
  around_.referee.leaves(*this, send);
  around_.postman.send(*this, std::move(send));
}

void Node::becomes_durable(const storage::GroupWrite& write) {
  around_.referee.becomes_durable(*this, write);
}

void Node::wrote(core::Ticket ticket) {
  post([this, ticket] {
    durable_ticket_ = ticket;
    std::deque<core::Send> waiting = std::exchange(outbox_, {});
    for (core::Send& send : waiting) {
      if (send.after <= durable_ticket_) {
        release(std::move(send));
      } else {
        outbox_.push_back(std::move(send));
      }
    }
    step([ticket](core::GroupCore& core, TimePoint now) { core.persisted(now, ticket); });
  });
}

void Node::has_read(std::uint64_t id, std::vector<RawEntry> entries) {
  post([this, id, entries = std::move(entries)] {
    step([&](core::GroupCore& core, TimePoint now) { core.entries_read(now, id, entries); });
  });
}

void Node::snapshot_done(std::uint64_t id, Result<Bytes> part) {
  post([this, id, part = std::move(part)] {
    step([&](core::GroupCore& core, TimePoint now) { core.snapshot_done(now, id, part); });
  });
}

void Node::schedule_timer(std::optional<TimePoint> wake_at) {
  wake_at_ = wake_at;
  if (!wake_at_) return;
  const Duration remaining = (*wake_at_ - local_now()) * 1000 / clock_permille_;
  const TimePoint due = std::max(around_.queue.now() + remaining, around_.queue.now()) +
                        dice_.in(setup_.timer_slack) + std::chrono::microseconds{1};
  if (timer_pending_ && *timer_pending_ <= due) return;
  timer_pending_ = due;
  around_.queue.at(due, [this, due, life = life_] {
    if (life != life_ || timer_pending_ != due) return;
    post([this] { timer_fired(); });
  });
}

void Node::timer_fired() {
  timer_pending_.reset();
  if (!wake_at_) return;
  if (local_now() < *wake_at_) return schedule_timer(wake_at_);
  step([](core::GroupCore& core, TimePoint now) { core.tick(now); });
  // A core that asks again and again for a time that is over keeps a processor busy for nothing.
  const bool over = wake_at_ && *wake_at_ <= local_now();
  ticks_in_vain_ = over ? ticks_in_vain_ + 1 : 0;
  check(ticks_in_vain_ < ticks_in_vain_max, "a timer that was served is not due again and again");
}

void Node::schedule_work() {
  if (work_pending_) return;
  const Duration soon = dice_.in(Dice::Span{Duration{0}, std::chrono::microseconds{200}});
  schedule(work_pending_, soon, &core::GroupCore::work);
}

void Node::schedule_telling() {
  if (!telling_pending_) schedule(telling_pending_, Duration{0}, &core::GroupCore::tell_commit);
}

void Node::schedule(bool& pending, Duration soon, CoreCall call) {
  pending = true;
  around_.queue.after(soon, [this, &pending, call, life = life_] {
    if (life != life_) return;
    post([this, &pending, call] {
      pending = false;
      step([call](core::GroupCore& core, TimePoint now) { (core.*call)(now); });
    });
  });
}

void Node::trace_step(const core::Effects& effects) {
  Trace& trace = around_.trace;
  trace.mix(static_cast<std::uint64_t>(around_.queue.now().time_since_epoch().count()));
  trace.mix(index() << 8U | static_cast<std::uint64_t>(status_.role));
  trace.mix(status_.term.value() << 32U ^ status_.last.index.value());
  trace.mix(status_.committed.index.value() << 32U ^ status_.applied.index.value());
  trace.mix(effects.sends.size() << 16U ^ effects.persists.size() << 8U ^ effects.replies.size());
  if (!trace.wants_text()) return;
  std::ostringstream text;
  text << "node " << index() << ' ' << name_of(status_.role) << " term " << status_.term << " log "
       << status_.base << ".." << status_.last << " commit " << status_.committed.index
       << " applied " << status_.applied.index;
  if (status_.session) text << " session " << status_.session->target;
  if (status_.problem) text << " PROBLEM " << status_.problem->message();
  for (const core::Persist& persist : effects.persists) text << " | " << describe(persist);
  for (const core::Send& send : effects.sends) {
    text << " | to " << send.to.brief().substr(0, 4) << ' ' << describe(send.message);
    if (send.after > durable_ticket_) text << " after " << send.after;
  }
  for (const core::Reply& reply : effects.replies) {
    text << " | reply " << reply.request << ' '
         << (reply.error ? reply.error->message() : "at " + reply.position.to_string());
  }
  for (const LogRecord& record : effects.log) text << " | says " << record.message;
  trace.line(around_.queue.now(), text.str());
}

}  // namespace tessera::sim
