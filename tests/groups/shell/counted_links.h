#pragma once

#include <tessera/groups/shell/internal/frame_kind.h>
#include <tessera/groups/shell/link_source.h>
#include <tessera/groups/shell/node.h>

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

/// The node's links will count in what this returns.
[[nodiscard]] std::shared_ptr<SentFrames> count_frames(NodeOptions& options);

}  // namespace tessera::shell::testing
