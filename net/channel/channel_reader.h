#pragma once

#include <tessera/net/channel/record.h>
#include <tessera/primitives/result.h>

#include <array>
#include <optional>
#include <vector>

/// Turns received bytes into frames and signals, without any I/O. Every length is checked before
/// anything is allocated for it, and nothing is handed out that the other side did not seal.
/// Owned by one connection; not shared between threads.
namespace tessera::net {

class ChannelReader {
 public:
  struct Limits {
    std::size_t frame_bytes_max = 16U << 20U;
    /// Whole records for which there is room. At least two, so that there is room to receive while
    /// one is incomplete.
    std::size_t buffered_records = 2;
  };
  ChannelReader(RecordCipher cipher, Limits limits);

  /// Where to receive into: at least one byte, valid until the next call of `next` or `space`.
  [[nodiscard]] std::span<std::uint8_t> space();
  /// `count` bytes have been received into `space()`.
  void filled(std::size_t count);
  /// Bytes that have been received and not been opened yet.
  [[nodiscard]] std::size_t unopened() const { return end_ - begin_; }

  /// `frame` is set if `signal` is `data`, `goodbye` if it is `end`.
  struct Event {
    Signal signal = Signal::data;
    Frame frame;
    Goodbye goodbye = Goodbye::closing;
  };

  /// What the received bytes hold next; nothing if more are needed. After an error, `malformed` or
  /// `too_large`, and after `end`, it must not be called again.
  [[nodiscard]] Result<std::optional<Event>> next();

 private:
  [[nodiscard]] Result<bool> open_record();
  [[nodiscard]] Result<std::optional<Event>> take_frame();
  [[nodiscard]] Result<Event> take_signal(Signal signal);
  [[nodiscard]] Result<void> take_header();

  RecordCipher cipher_;
  Limits limits_;
  std::vector<std::uint8_t> buffer_;
  std::size_t begin_ = 0;  // Received and not yet opened: [begin_, end_) of buffer_.
  std::size_t end_ = 0;

  Signal signal_ = Signal::data;
  std::span<std::uint8_t>
      content_;  // Of the record opened last, what is not yet taken; in buffer_.
  std::array<std::uint8_t, frame_header_size> header_{};
  std::size_t header_filled_ = 0;
  std::size_t payload_size_ = 0;  // Of the frame that is arriving, once its header is complete.
  std::vector<std::uint8_t> payload_;
};

}  // namespace tessera::net
