#include <tessera/groups/core/exactly_once/session_expiry.h>

#include <utility>

namespace tessera::core {
namespace {

/// How often it is looked who is missing, as a part of how long they may be.
constexpr int checks_within_ttl = 8;

}  // namespace

std::vector<SessionNumber> SessionExpiry::expired(TimePoint now, Duration ttl,
                                                  const SessionTable& table,
                                                  const Present& present) {
  next_check_ = now + ttl / checks_within_ttl;
  std::map<SessionOwner, TimePoint> missing;
  std::vector<SessionNumber> found;
  for (const auto& [number, session] : table.sessions()) {
    if (present.contains(session.owner)) continue;
    const auto known = missing_.find(session.owner);
    const TimePoint since = known == missing_.end() ? now : known->second;
    missing.emplace(session.owner, since);
    if (now - since >= ttl) found.push_back(number);
  }
  missing_ = std::move(missing);
  return found;
}

void SessionExpiry::not_leading() {
  missing_.clear();
  next_check_.reset();
}

}  // namespace tessera::core
