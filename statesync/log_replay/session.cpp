#include <tessera/statesync/log_replay/session.h>

#include <algorithm>
#include <utility>

namespace tessera::log_replay {
namespace {

/// Chunks written in one poll; others on the strand get their turn in between.
constexpr int writes_per_poll = 8;

}  // namespace

Session::Session(const Settings& settings, SessionStart start, SessionContext& cx)
    : settings_(settings),
      target_(start.target),
      number_(static_cast<std::uint64_t>(cx.now().time_since_epoch().count())),
      sources_(settings_),
      gap_(start.target.index),
      live_({start.target, settings.buffer_bytes}) {
  gap_.start_at(cx.committed().index + 1);
  live_.keep(std::move(start.entries));
}

std::optional<Cursor> Session::poll(SessionContext& cx) {
  if (holds_target(cx)) return finish(cx);
  track_bonds(cx);
  sources_.void_overdue(cx.now());
  settle(cx);
  write(cx);
  if (holds_target(cx)) return finish(cx);
  if (const auto reason = hopeless()) {
    cx.fail(*reason);
    return std::nullopt;
  }
  ask_again(cx);
  request(cx);
  report(cx);
  wake_in_time(cx);
  return std::nullopt;
}

bool Session::holds_target(const SessionContext& cx) const {
  return cx.committed().index >= target_.index || cx.log().term_at(target_.index) == target_.term;
}

Cursor Session::finish(SessionContext& cx) {
  gap_.start_at(target_.index + 1);
  report(cx);
  // Without live entries as well: a log that held the target learns here that it is committed.
  cx.append_after(target_, live_.following_target());
  return cx.log().last();
}

void Session::track_bonds(SessionContext& cx) {
  const BondsView bonds = cx.bonds();
  if (bonds_version_ == bonds.version) return;
  bonds_version_ = bonds.version;
  for (const auto& [peer, source] : sources_.all()) {
    if (!bonds.contains(peer)) ledger_.forget(peer);
  }
  unsettled_statement_ = true;
  for (const PeerId& peer : sources_.keep_only(bonds.peers)) ask(peer, cx);
}

void Session::receive(Message message, const PeerId& sender, SessionContext& cx) {
  track_bonds(cx);
  if (message.session != number_ || sources_.find(sender) == nullptr) return;
  if (auto* offer = std::get_if<Offer>(&message.body)) {
    take(std::move(*offer), sender, cx);
  } else if (auto* chunk = std::get_if<Chunk>(&message.body)) {
    take(std::move(*chunk), sender, cx);
  } else if (const auto* refusal = std::get_if<Refusal>(&message.body)) {
    take(*refusal, sender, cx);
  }
  cx.wake();
}

void Session::take(Offer offer, const PeerId& sender, SessionContext& cx) {
  const Cursor committed = cx.committed();
  const auto differs = [&](const Cursor& known) {
    const auto term = offer.terms.term_at(known.index);
    return term && *term != known.term;
  };
  if (!offer.terms.well_formed() || differs(target_) || differs(committed)) {
    sources_.expel(sender);
    ledger_.forget(sender);
  } else {
    sources_.find(sender)->held = offer.held;
    ledger_.state(sender, std::move(offer.terms));
  }
  unsettled_statement_ = true;
}

void Session::take(Chunk chunk, const PeerId& sender, SessionContext& cx) {
  Source& source = *sources_.find(sender);
  const auto request = sources_.finish(sender, chunk.request);
  if (sources_.expelled(sender)) return;
  source.held = chunk.held;
  const Verdict verdict = judge(chunk);
  if (verdict == Verdict::wrong) sources_.expel(sender);
  if (verdict != Verdict::right) return;
  sources_.delivered(source, cx.now());
  // What nobody waits for any more is welcome, as long as there is room.
  const bool wanted = request || chunk.preceding.index + 1 == gap_.next();
  if (!wanted && !has_budget(chunk.preceding.index + 1)) return;
  const std::uint64_t entries = gap_.entries();
  bytes_received_ += gap_.keep({sender, chunk.preceding, std::move(chunk.entries)});
  entries_received_ += gap_.entries() - entries;
}

/// Whether every position is the committed log's, as far as that is known.
Session::Verdict Session::judge(const Chunk& chunk) const {
  const auto preceding = ledger_.term_at(chunk.preceding.index);
  if (preceding && *preceding != chunk.preceding.term) return Verdict::wrong;
  if (chunk.entries.empty()) return Verdict::wrong;
  Index index = chunk.preceding.index;
  for (const RawEntry& entry : chunk.entries) {
    ++index;
    if (entry.position.index != index || index > target_.index) return Verdict::wrong;
    const auto term = ledger_.term_at(index);
    if (!term) return Verdict::unknown;
    if (*term != entry.position.term) return Verdict::wrong;
  }
  return Verdict::right;
}

void Session::take(const Refusal& refusal, const PeerId& sender, SessionContext& cx) {
  Source& source = *sources_.find(sender);
  const auto request = sources_.finish(sender, refusal.request);
  source.held = refusal.held;
  if (!request || refusal.reason != Refusal::Reason::busy) return;
  sources_.slowed(source);
  source.blocked_until = cx.now() + settings_.request_timeout / 8;
}

void Session::settle(SessionContext& cx) {
  const auto leader = leader_of(cx);
  if (!std::exchange(unsettled_statement_, false) && leader == settled_leader_) return;
  settled_leader_ = leader;
  if (!ledger_.settle(leader) && settled_) return;
  const auto is_wrong = [&](const Cursor& position) {
    const auto term = ledger_.term_at(position.index);
    return term && *term != position.term;
  };
  const std::size_t before = gap_.bytes();
  gap_.drop_if(is_wrong);
  const Index agreed = end_of_agreement(cx);
  // If what had been believed is wrong, so may be those who were judged by it right.
  if (gap_.bytes() != before || agreed + 1 < gap_.next()) sources_.forgive();
  settled_ = ledger_.known_until(agreed + 1) > agreed;
  if (settled_) gap_.start_at(agreed + 1);
}

/// The last index up to which the local log is known to be the committed one. Equal (index, term)
/// means equal up to there (thesis, 3.5), so the place where they part can be searched for.
Index Session::end_of_agreement(const SessionContext& cx) const {
  const Index committed = cx.committed().index;
  const auto first = ledger_.first_known(committed);
  if (!first) return committed;
  const auto agrees = [&](Index index) {
    const auto term = ledger_.term_at(index);
    return term && cx.log().term_at(index) == term;
  };
  const Index known = ledger_.known_until(*first);
  Index in = *first;
  if (!agrees(in)) return committed;
  Index out = std::min({known, target_.index, cx.log().last().index}) + 1;
  if (out <= in) return committed;
  while (out - in > 1) {
    const Index middle = in + (out - in) / 2;
    (agrees(middle) ? in : out) = middle;
  }
  return std::max(in, committed);
}

void Session::write(SessionContext& cx) {
  for (int writes = 0; writes < writes_per_poll; ++writes) {
    const Run* run = gap_.ready();
    if (run == nullptr) return;
    std::vector<LogEntry> entries;
    entries.reserve(run->entries.size());
    Cursor preceding = run->preceding;
    for (const RawEntry& entry : run->entries) {
      entries.push_back({preceding, entry});
      preceding = entry.position;
    }
    cx.append_after(run->preceding, entries);
    if (cx.log().term_at(preceding.index) != preceding.term) {
      // The log refused what has the right positions: the contents are no entries.
      sources_.expel(run->source);
      gap_.drop_if([&](const Cursor& position) { return position == preceding; });
      gap_.start_at(end_of_agreement(cx) + 1);
      return;
    }
    entries_written_ += entries.size();
    gap_.start_at(preceding.index + 1);
  }
  if (gap_.ready() != nullptr) cx.wake();
}

void Session::report(SessionContext& cx) {
  SyncProgress progress;
  const std::uint64_t waiting = gap_.entries();
  const std::uint64_t lacking = gap_.closed() ? 0 : gap_.entries_lacking() - waiting;
  progress.entries_done = entries_written_ + waiting;
  progress.bytes_done = bytes_received_;
  if (settled_ || gap_.closed()) {
    progress.entries_total = progress.entries_done + lacking;
    const std::uint64_t each = entries_received_ == 0 ? 0 : bytes_received_ / entries_received_;
    progress.bytes_total = bytes_received_ + lacking * each;
  }
  if (progress == reported_) return;
  reported_ = progress;
  cx.report(progress);
}

}  // namespace tessera::log_replay
