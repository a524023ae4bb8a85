#include <tessera/statesync/snapshot_sync/fetch_plan.h>

#include <utility>

namespace tessera::snapshot_sync {

FetchPlan::FetchPlan(PartList list)
    : list_(std::move(list)), bytes_(list_.bytes()), held_(list_.parts.size()) {
  for (std::uint32_t number = 1; number <= list_.parts.size(); ++number) {
    to_fetch_.insert(to_fetch_.end(), number);
  }
}

void FetchPlan::look_at_staged() { to_check_ = std::exchange(to_fetch_, {}); }

std::set<std::uint32_t> FetchPlan::compare_with(const PartList& own) {
  for (std::uint32_t number = 1; number <= own.parts.size(); ++number) {
    own_.emplace(own.parts[number - 1].digest, number);
  }
  for (const std::uint32_t number : std::exchange(to_fetch_, {})) fetch(number);
  std::set<std::uint32_t> left;
  for (const auto& [digest, number] : own_) left.insert(number);
  return left;
}

void FetchPlan::use_outlines() {
  outlines_ = true;
  for (const std::uint32_t number : std::exchange(to_fetch_, {})) fetch(number);
}

std::optional<std::uint32_t> FetchPlan::next_to_check() {
  if (to_check_.empty()) return std::nullopt;
  return to_check_.extract(to_check_.begin()).value();
}

std::optional<FetchPlan::Copy> FetchPlan::next_to_copy() {
  if (to_copy_.empty()) return std::nullopt;
  const auto next = to_copy_.extract(to_copy_.begin());
  return Copy{next.mapped(), next.key()};
}

std::optional<std::uint32_t> FetchPlan::next_to_fetch() const {
  if (to_fetch_.empty()) return std::nullopt;
  return *to_fetch_.begin();
}

std::optional<std::uint32_t> FetchPlan::next_to_outline() const {
  if (to_outline_.empty()) return std::nullopt;
  return *to_outline_.begin();
}

void FetchPlan::put(std::uint32_t number) {
  if (has(number)) return;
  held_[number - 1] = true;
  ++held_count_;
  bytes_held_ += bytes_of(number);
  asked(number);
}

void FetchPlan::fetch_whole(std::uint32_t number) {
  whole_.insert(number);
  fetch(number);
}

void FetchPlan::fetch(std::uint32_t number) {
  if (has(number)) return;
  // An own part is tried once: what it turns out not to be is fetched.
  const auto own = own_.find(list_.parts[number - 1].digest);
  if (own != own_.end()) {
    to_copy_[number] = own->second;
    own_.erase(own);
  } else if (outlines_ && !whole_.contains(number)) {
    to_outline_.insert(number);
  } else {
    to_fetch_.insert(number);
  }
}

bool FetchPlan::is_right(std::uint32_t number, const Bytes& data) const {
  return describe(data) == list_.parts[number - 1];
}

}  // namespace tessera::snapshot_sync
