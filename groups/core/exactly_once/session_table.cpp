#include <tessera/groups/core/exactly_once/session_table.h>
#include <tessera/primitives/check.h>

#include <algorithm>
#include <utility>

namespace tessera::core {
namespace {

std::size_t bytes_of(const CommandOutcome& outcome) {
  return SessionTable::outcome_overhead + outcome.result.size();
}

/// Nobody will ask for what lies below `unanswered` again.
void drop_below(SessionRecord& session, Sequence unanswered) {
  while (!session.outcomes.empty() && session.first_kept() < unanswered) {
    session.bytes -= bytes_of(session.outcomes.front());
    session.outcomes.pop_front();
  }
}

}  // namespace

std::optional<SessionNumber> SessionTable::open(Index index, const OpenSession& opening,
                                                const GroupSettings& settings) {
  if (const auto known = find(opening.owner, opening.nonce)) return known;
  if (sessions_.size() >= settings.sessions_max) return std::nullopt;
  const SessionNumber number{index.value()};
  SessionRecord& session = sessions_[number];
  session.owner = opening.owner;
  session.nonce = opening.nonce;
  return number;
}

bool SessionTable::close(SessionNumber session) { return sessions_.erase(session) != 0; }

SessionTable::Verdict SessionTable::admit(const CommandOrigin& origin,
                                          const GroupSettings& settings) {
  const auto found = sessions_.find(origin.session);
  if (found == sessions_.end()) return Verdict::unknown;
  SessionRecord& session = found->second;
  drop_below(session, origin.unanswered);
  if (origin.sequence <= session.last) return Verdict::repeated;
  if (origin.sequence > session.last + 1) return Verdict::again;
  // An empty session takes any result: a client that waits for its answers always gets on.
  const bool full = session.outcomes.size() >= outcomes_max ||
                    (session.bytes != 0 && session.bytes >= settings.session_bytes_max);
  return full ? Verdict::again : Verdict::run;
}

void SessionTable::record(SessionNumber session, CommandOutcome outcome) {
  const auto found = sessions_.find(session);
  check(found != sessions_.end(), "an outcome belongs to a session");
  ++found->second.last;
  found->second.bytes += bytes_of(outcome);
  found->second.outcomes.push_back(std::move(outcome));
}

std::optional<SessionNumber> SessionTable::find(const SessionOwner& owner,
                                                const SessionNonce& nonce) const {
  const auto found = std::find_if(sessions_.begin(), sessions_.end(), [&](const auto& each) {
    return each.second.owner == owner && each.second.nonce == nonce;
  });
  if (found == sessions_.end()) return std::nullopt;
  return found->first;
}

const SessionRecord* SessionTable::find(SessionNumber session) const {
  const auto found = sessions_.find(session);
  return found == sessions_.end() ? nullptr : &found->second;
}

const CommandOutcome* SessionTable::outcome(SessionNumber session, Sequence sequence) const {
  const SessionRecord* record = find(session);
  if (record == nullptr || sequence < record->first_kept() || sequence > record->last) {
    return nullptr;
  }
  return &record->outcomes[sequence - record->first_kept()];
}

Result<void> SessionTable::validate() const {
  for (const auto& [number, session] : sessions_) {
    if (session.outcomes.size() > session.last.value() || session.outcomes.size() > outcomes_max) {
      return {Errc::malformed, "a client session with more outcomes than commands"};
    }
    for (const CommandOutcome& outcome : session.outcomes) {
      if (outcome.kind > CommandOutcome::Kind::replaced) {
        return {Errc::malformed, "a command with an outcome of an unknown kind"};
      }
    }
  }
  return {};
}

void SessionTable::count_bytes() {
  for (auto& [number, session] : sessions_) {
    session.bytes = 0;
    for (const CommandOutcome& outcome : session.outcomes) session.bytes += bytes_of(outcome);
  }
}

}  // namespace tessera::core
