#include <tessera/conformance/session_model.h>
#include <tessera/conformance/tape.h>
#include <tessera/groups/core/exactly_once/session_table.h>
#include <tessera/primitives/codec.h>

#include <algorithm>

namespace tessera::sim {

bool SessionModel::runs(const CommandOrigin& origin, const GroupSettings& settings) {
  const auto found = sessions_.find(origin.session.value());
  if (found == sessions_.end()) {
    ++tally_.unknown;
    return false;
  }
  Session& session = found->second;
  std::erase_if(session.outcomes,
                [&](const auto& outcome) { return outcome.first < origin.unanswered.value(); });
  if (origin.sequence.value() <= session.last) {
    ++tally_.repeated;
    return false;
  }
  std::size_t bytes = 0;
  for (const auto& [sequence, outcome] : session.outcomes) {
    bytes += outcome.bytes + core::SessionTable::outcome_overhead;
  }
  const bool room = session.outcomes.empty() || bytes < settings.session_bytes_max;
  if (origin.sequence.value() == session.last + 1 && room) return true;
  ++tally_.skipped;
  return false;
}

void SessionModel::ran(const CommandOrigin& origin, const Outcome& outcome) {
  Session& session = sessions_.at(origin.session.value());
  session.last = origin.sequence.value();
  session.outcomes[session.last] = outcome;
}

void SessionModel::change(const Cursor& position, const core::SessionChange& change,
                          const GroupSettings& settings) {
  if (const auto* opening = std::get_if<core::OpenSession>(&change)) {
    open(position, *opening, settings);
  } else if (const auto* closing = std::get_if<core::CloseSessions>(&change)) {
    for (const SessionNumber number : closing->sessions) {
      tally_.closed += sessions_.erase(number.value());
    }
  } else if (const auto* replacing = std::get_if<core::ReplaceCommand>(&change)) {
    if (!runs(replacing->origin, settings)) return;
    ran(replacing->origin, {position, 0, 0});
    ++tally_.replaced;
  }
}

void SessionModel::open(const Cursor& position, const core::OpenSession& opening,
                        const GroupSettings& settings) {
  const bool known = std::any_of(sessions_.begin(), sessions_.end(), [&](const auto& each) {
    return each.second.owner == opening.owner && each.second.nonce == opening.nonce;
  });
  if (known) return;
  if (sessions_.size() >= settings.sessions_max) {
    ++tally_.refused;
    return;
  }
  ++tally_.opened;
  sessions_[position.index.value()] = Session{opening.owner, opening.nonce, 0, {}};
}

std::uint64_t SessionModel::digest() const {
  std::vector<std::uint64_t> words;
  for (const auto& [number, session] : sessions_) {
    words.insert(words.end(), {number, session.last, session.owner.run, session.nonce.client,
                               session.nonce.opening, fingerprint(session.owner.peer.view())});
    for (const auto& [sequence, outcome] : session.outcomes) {
      words.insert(words.end(), {sequence, outcome.position.term.value(),
                                 outcome.position.index.value(), outcome.result});
    }
  }
  return fingerprint(encode(words).view());
}

}  // namespace tessera::sim
