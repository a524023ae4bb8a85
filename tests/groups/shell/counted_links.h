#pragma once

#include <tessera/groups/shell/internal/frame_kind.h>
#include <tessera/groups/shell/link_source.h>

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>

namespace tessera::shell::testing {

/// What a node has sent, by kind of frame; and a way to make it fall silent while its links stand.
class SentFrames {
 public:
  [[nodiscard]] std::uint64_t of(FrameKind kind) const {
    return counts_.at(static_cast<std::size_t>(kind));
  }
  /// From now on what it sends is lost, and its links know nothing of it.
  void mute() { muted_ = true; }

  /// False if the frame is to be lost.
  [[nodiscard]] bool note(std::uint8_t kind) {
    if (kind < counts_.size()) {
      ++counts_.at(kind);
    }
    return !muted_;
  }

 private:
  std::array<std::atomic<std::uint64_t>, 8> counts_{};
  std::atomic<bool> muted_ = false;
};

/// `links`, whose links count in `sent`.
[[nodiscard]] std::unique_ptr<LinkSource> make_counted_links(std::unique_ptr<LinkSource> links,
                                                             std::shared_ptr<SentFrames> sent);

}  // namespace tessera::shell::testing
