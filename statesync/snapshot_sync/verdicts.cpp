#include <tessera/primitives/codec.h>
#include <tessera/statesync/snapshot_sync/verdicts.h>

#include <string>
#include <string_view>

namespace tessera::snapshot_sync {
namespace {

constexpr std::string_view prefix = "tessera/snapshot-sync/verdict ";

/// The lowest positions go first: newer snapshots have taken their place.
template <class ByPosition>
void trim(ByPosition& positions) {
  while (positions.size() > Verdicts::positions_max) positions.erase(positions.begin());
}

}  // namespace

Bytes Verdict::marker() const {
  return Bytes::copy(std::string(prefix) + std::string(encode(*this).text()));
}

std::optional<Verdict> Verdict::from(const Bytes& marker) {
  if (!marker.text().starts_with(prefix)) return std::nullopt;
  auto verdict = decode<Verdict>(marker.slice({prefix.size(), marker.size() - prefix.size()}));
  if (!verdict) return std::nullopt;
  return *std::move(verdict);
}

void Verdicts::claimed(const Cursor& position, const PeerId& peer, const UniqueId& root) {
  claims_[position][peer] = root;
  trim(claims_);
}

void Verdicts::given(const Verdict& verdict) {
  given_.insert_or_assign(verdict.position, verdict.root);
  trim(given_);
}

std::optional<UniqueId> Verdicts::at(const Cursor& position) const {
  const auto found = given_.find(position);
  if (found == given_.end()) return std::nullopt;
  return found->second;
}

bool Verdicts::disputed(const Cursor& position) const {
  return !at(position) && claims(position).size() > 1;
}

std::map<UniqueId, std::set<PeerId>> Verdicts::claims(const Cursor& position) const {
  std::map<UniqueId, std::set<PeerId>> by_root;
  const auto found = claims_.find(position);
  if (found == claims_.end()) return by_root;
  for (const auto& [peer, root] : found->second) by_root[root].insert(peer);
  return by_root;
}

}  // namespace tessera::snapshot_sync
