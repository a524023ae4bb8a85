#include <tessera/net/channel/channel_reader.h>
#include <tessera/primitives/check.h>

#include <algorithm>
#include <cstring>

namespace tessera::net {
namespace {

constexpr std::size_t record_size_max = record_length_size + record_sealed_max;

std::uint32_t big_endian(std::span<const std::uint8_t, 4> bytes) {
  std::uint32_t number = 0;
  for (const std::uint8_t byte : bytes) number = number << 8U | byte;
  return number;
}

Error malformed(std::string_view what) {
  return {Errc::malformed, "the peer broke the protocol: " + std::string(what)};
}

}  // namespace

ChannelReader::ChannelReader(RecordCipher cipher, Limits limits)
    : cipher_(std::move(cipher)),
      limits_(limits),
      buffer_(limits.buffered_records * record_size_max) {}

std::span<std::uint8_t> ChannelReader::space() {
  check(content_.empty(), "a record is taken before more is received");
  if (begin_ == end_) {
    begin_ = end_ = 0;
  } else if (buffer_.size() - begin_ < record_size_max) {
    std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
    end_ -= begin_;
    begin_ = 0;
  }
  check(end_ < buffer_.size(), "an incomplete record leaves room for its rest");
  return std::span(buffer_).subspan(end_);
}

void ChannelReader::filled(std::size_t count) {
  check(count <= buffer_.size() - end_, "no more is received than there was room for");
  end_ += count;
}

Result<std::optional<ChannelReader::Event>> ChannelReader::next() {
  for (;;) {
    if (!content_.empty()) {
      auto frame = take_frame();
      if (!frame || *frame) return frame;
      continue;
    }
    const auto opened = open_record();
    if (!opened) return opened.error();
    if (!*opened) return std::nullopt;
    if (signal_ == Signal::data) continue;
    auto signal = take_signal(signal_);
    if (!signal) return signal.error();
    return std::optional<Event>(std::move(*signal));
  }
}

Result<bool> ChannelReader::open_record() {
  const std::span<std::uint8_t> received = std::span(buffer_).subspan(begin_, end_ - begin_);
  if (received.size() < record_length_size) return false;
  const std::size_t length = received[0] * 256U + received[1];
  if (length < record_sealed_min) return malformed("a record is too short");
  if (received.size() < record_length_size + length) return false;
  const auto plaintext = cipher_.open(received.subspan(record_length_size, length));
  if (!plaintext) return plaintext.error();
  begin_ += record_length_size + length;
  const std::uint8_t signal = plaintext->front();
  if (signal > static_cast<std::uint8_t>(Signal::end)) return malformed("an unknown signal");
  signal_ = static_cast<Signal>(signal);
  content_ = plaintext->subspan(1);
  // An empty record would be work without an end to it.
  if (signal_ == Signal::data && content_.empty()) return malformed("an empty record");
  return true;
}

Result<ChannelReader::Event> ChannelReader::take_signal(Signal signal) {
  const std::span<std::uint8_t> content = std::exchange(content_, {});
  Event event;
  event.signal = signal;
  if (content.size() != (signal == Signal::end ? 1U : 0U)) {
    return malformed("a signal of the wrong size");
  }
  if (signal == Signal::end) {
    if (content[0] > goodbye_max) return malformed("an unknown goodbye");
    if (header_filled_ > 0 && content[0] == static_cast<std::uint8_t>(Goodbye::closing)) {
      return malformed("an end within a frame");
    }
    event.goodbye = static_cast<Goodbye>(content[0]);
  }
  return event;
}

Result<std::optional<ChannelReader::Event>> ChannelReader::take_frame() {
  if (header_filled_ < frame_header_size) {
    const auto taken = take_header();
    if (!taken) return taken.error();
    if (header_filled_ < frame_header_size) return std::nullopt;
  }
  const std::size_t count = std::min(content_.size(), payload_size_ - payload_.size());
  payload_.insert(payload_.end(), content_.begin(),
                  content_.begin() + static_cast<std::ptrdiff_t>(count));
  content_ = content_.subspan(count);
  if (payload_.size() < payload_size_) return std::nullopt;
  Event event;
  event.frame.kind = header_[4];
  event.frame.slot = big_endian(std::span(header_).last<4>());
  event.frame.payload = Bytes(std::exchange(payload_, {}));
  header_filled_ = 0;
  return std::optional<Event>(std::move(event));
}

Result<void> ChannelReader::take_header() {
  const std::size_t count = std::min(content_.size(), frame_header_size - header_filled_);
  std::copy_n(content_.begin(), count,
              header_.begin() + static_cast<std::ptrdiff_t>(header_filled_));
  header_filled_ += count;
  content_ = content_.subspan(count);
  if (header_filled_ < frame_header_size) return {};
  payload_size_ = big_endian(std::span(header_).first<4>());
  if (payload_size_ > limits_.frame_bytes_max) {
    return Error(Errc::too_large, "the peer broke the protocol: a frame of " +
                                      std::to_string(payload_size_) + " bytes, the limit is " +
                                      std::to_string(limits_.frame_bytes_max));
  }
  payload_.reserve(payload_size_);
  return {};
}

}  // namespace tessera::net
