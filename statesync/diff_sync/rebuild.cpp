#include <tessera/statesync/diff_sync/rebuild.h>

#include <utility>

namespace tessera::diff_sync {
namespace {

/// Bytes read at once; then everything else of the group has its turn.
constexpr std::size_t turn_bytes = std::size_t{512} << 10U;

}  // namespace

Result<bool> Rebuild::work(const Read& read, SessionContext& cx) {
  const std::uint64_t turn_end = bytes_ + turn_bytes;
  while (!whole_ && bytes_ < turn_end) {
    if (!reader_) {
      auto reader = read();
      if (!reader) return std::move(reader).error();
      reader_ = *std::move(reader);
    }
    if (part_) {
      if (!cx.staging().put_part(parts_, *part_)) return false;  // polled again when there is room
      part_.reset();
    }
    auto next = reader_->next();
    if (!next) return std::move(next).error();
    if (!*next) {
      if (auto ended = end_of_reading(cx); !ended) return std::move(ended).error();
      continue;
    }
    ++parts_;
    bytes_ += (*next)->size();
    if (contents_) part_ = *std::move(*next);
  }
  if (!whole_) cx.wake();
  return whole_;
}

Result<void> Rebuild::end_of_reading(SessionContext& cx) {
  const Bytes contents = std::exchange(reader_, nullptr)->contents();
  if (contents_) {
    whole_ = contents == *contents_;
    if (!whole_) return Error(Errc::damaged, "the state has changed while it was read");
    return {};
  }
  cx.staging().stage({{}, at_, std::exchange(parts_, 0), contents});
  contents_ = contents;
  return {};
}

}  // namespace tessera::diff_sync
