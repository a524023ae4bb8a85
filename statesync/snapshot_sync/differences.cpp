#include <tessera/statesync/snapshot_sync/differences.h>

#include <utility>

namespace tessera::snapshot_sync {

std::optional<std::uint32_t> Differences::next_to_read() {
  if (!to_note_.empty()) {
    const std::uint32_t next = to_note_.extract(to_note_.begin()).value();
    noting_.insert(next);
    return next;
  }
  while (!to_read_.empty()) {
    auto next = to_read_.extract(to_read_.begin());
    auto& waiting = reading_[next.key()];
    const bool asked_already = !waiting.empty();
    waiting.merge(next.mapped());
    if (!asked_already) return next.key();
  }
  return std::nullopt;
}

std::vector<std::uint32_t> Differences::own_read(std::uint32_t own_part,
                                                 const std::optional<Bytes>& data) {
  if (noting_.erase(own_part) != 0) {
    const auto digests = data ? digests_of(*data) : Result<std::vector<ItemDigest>>{};
    if (digests && !own_.note(own_part, *digests)) to_note_.clear();
    return {};
  }
  std::vector<std::uint32_t> given_up;
  const auto waiting = reading_.extract(own_part);
  if (waiting.empty()) return {};
  for (const std::uint32_t number : waiting.mapped()) {
    const auto found = open_.find(number);
    if (found == open_.end() || !found->second.patch) continue;
    PartPatch& patch = *found->second.patch;
    if (!data || !patch.read(own_part, *data)) {
      given_up.push_back(number);
    } else if (patch.complete()) {
      built_.insert(number);
    }
  }
  return given_up;
}

void Differences::open(std::uint32_t number, std::size_t bytes) {
  open_[number].bytes = bytes;
  open_bytes_ += bytes;
}

void Differences::close(std::uint32_t number) {
  const auto found = open_.find(number);
  if (found == open_.end()) return;
  open_bytes_ -= found->second.bytes;
  open_.erase(found);
  to_ask_.erase(number);
  built_.erase(number);
}

bool Differences::awaits_outline(std::uint32_t number) const {
  const auto found = open_.find(number);
  return found != open_.end() && !found->second.patch;
}

bool Differences::awaits_items(std::uint32_t number) const {
  const auto found = open_.find(number);
  return found != open_.end() && found->second.patch && !found->second.items_sent;
}

bool Differences::outlined(std::uint32_t number, const std::vector<ItemDigest>& digests) {
  PartPatch patch(own_.find(digests));
  if (patch.pointless()) return false;
  Open& open = open_.at(number);
  open.items_sent = patch.wanted().empty();
  if (!open.items_sent) to_ask_.insert(number);
  while (const auto own_part = patch.next_to_read()) to_read_[*own_part].insert(number);
  open.patch = std::move(patch);
  return true;
}

std::optional<std::uint32_t> Differences::next_to_ask() const {
  if (to_ask_.empty()) return std::nullopt;
  return *to_ask_.begin();
}

bool Differences::ask_again(std::uint32_t number) {
  const Open& open = open_.at(number);
  if (!open.patch) return false;
  if (!open.items_sent) to_ask_.insert(number);
  return true;
}

Bytes Differences::wanted(std::uint32_t number) const { return open_.at(number).patch->wanted(); }

bool Differences::sent(std::uint32_t number, const Bytes& items) {
  Open& open = open_.at(number);
  if (!open.patch->sent(items)) return false;
  open.items_sent = true;
  to_ask_.erase(number);
  if (open.patch->complete()) built_.insert(number);
  return true;
}

std::optional<Differences::Built> Differences::take_built() {
  if (built_.empty()) return std::nullopt;
  const std::uint32_t number = *built_.begin();
  Built built{number, open_.at(number).patch->whole()};
  close(number);
  return built;
}

}  // namespace tessera::snapshot_sync
