#include <tessera/groups/core/snapshot/log_meter.h>

#include <algorithm>

namespace tessera::core {
namespace {

/// Entries that fill so much share a mark.
constexpr std::uint64_t mark_bytes = std::uint64_t{32} << 10U;

}  // namespace

void LogMeter::applied(Index index, std::size_t bytes) {
  total_ += bytes;
  // The newest mark moves along until it has gone far enough from the one before it.
  const std::size_t count = marks_.size();
  if (count >= 2 && marks_[count - 1].total - marks_[count - 2].total < mark_bytes) {
    marks_.back() = {index, total_};
  } else {
    marks_.push_back({index, total_});
  }
}

std::uint64_t LogMeter::behind(Index index) const {
  const auto next = std::upper_bound(marks_.begin(), marks_.end(), index,
                                     [](Index at, const Mark& mark) { return at < mark.index; });
  if (next == marks_.begin()) return marks_.empty() ? 0 : total_ - marks_.front().total;
  return total_ - (next - 1)->total;
}

Index LogMeter::with_behind(std::uint64_t bytes) const {
  const auto found = std::find_if(marks_.begin(), marks_.end(),
                                  [&](const Mark& mark) { return total_ - mark.total <= bytes; });
  return found == marks_.begin() || found == marks_.end() ? Index{} : found->index;
}

void LogMeter::forget(Index index) {
  while (marks_.size() > 1 && marks_[1].index <= index) marks_.pop_front();
}

}  // namespace tessera::core
