#pragma once

#include <tessera/net/channel/record.h>

#include <array>
#include <deque>
#include <vector>

/// Turns frames and signals into sealed records, without any I/O.
/// Owned by one connection; not shared between threads.
namespace tessera::net {

class ChannelWriter {
 public:
  explicit ChannelWriter(RecordCipher cipher) : cipher_(std::move(cipher)) {}

  /// Appends a record that is only a signal: any but `data` and `end`.
  void signal(Signal signal, std::vector<std::uint8_t>& out);

  /// Appends the last record.
  void end(Goodbye goodbye, std::vector<std::uint8_t>& out);

  /// Appends records with the frames from the front of `frames`, until there are none left or
  /// `out` holds at least `bytes_wanted`. Frames are removed when their last byte is sealed;
  /// returns the `size_on_wire` of those.
  std::size_t frames(std::deque<Frame>& frames, std::size_t bytes_wanted,
                     std::vector<std::uint8_t>& out);

  /// The first frame given has been sealed in part: no `end` may follow yet.
  [[nodiscard]] bool is_within_frame() const { return frame_offset_ > 0; }

 private:
  std::size_t open_record(Signal signal, std::vector<std::uint8_t>& out);
  void seal_record(std::size_t start, std::vector<std::uint8_t>& out);

  RecordCipher cipher_;
  std::size_t frame_offset_ = 0;  // Bytes of the front frame, header included, sealed so far.
};

}  // namespace tessera::net
