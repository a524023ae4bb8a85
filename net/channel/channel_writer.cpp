#include <tessera/net/channel/channel_writer.h>
#include <tessera/primitives/check.h>

#include <algorithm>

namespace tessera::net {
namespace {

using FrameHeader = std::array<std::uint8_t, frame_header_size>;

void put_big_endian(std::uint32_t number, std::span<std::uint8_t, 4> out) {
  for (unsigned at = 0; at < 4; ++at) out[at] = static_cast<std::uint8_t>(number >> (24 - 8 * at));
}

FrameHeader header_of(const Frame& frame) {
  FrameHeader header;
  put_big_endian(static_cast<std::uint32_t>(frame.payload.size()), std::span(header).first<4>());
  header[4] = frame.kind;
  put_big_endian(frame.slot, std::span(header).last<4>());
  return header;
}

/// Appends up to `room` bytes of the frame from `offset` on; returns how many.
std::size_t put_part(const Frame& frame, std::size_t offset, ByteView::size_type room,
                     std::vector<std::uint8_t>& out) {
  std::size_t done = 0;
  if (offset < frame_header_size) {
    const FrameHeader header = header_of(frame);
    const std::size_t count = std::min(room, frame_header_size - offset);
    const ByteView part = ByteView(header).subspan(offset, count);
    out.insert(out.end(), part.begin(), part.end());
    done = count;
  }
  if (done < room) {
    const std::size_t from = offset + done - frame_header_size;
    const std::size_t count = std::min(room - done, frame.payload.size() - from);
    const ByteView part = frame.payload.view().subspan(from, count);
    out.insert(out.end(), part.begin(), part.end());
    done += count;
  }
  return done;
}

}  // namespace

std::size_t ChannelWriter::open_record(Signal signal, std::vector<std::uint8_t>& out) {
  const std::size_t start = out.size();
  out.insert(out.end(), record_length_size, 0);
  out.push_back(static_cast<std::uint8_t>(signal));
  return start;
}

void ChannelWriter::seal_record(std::size_t start, std::vector<std::uint8_t>& out) {
  out.insert(out.end(), RecordCipher::tag_size, 0);
  const std::size_t sealed = out.size() - start - record_length_size;
  check(sealed <= record_sealed_max, "a record fits its length");
  out[start] = static_cast<std::uint8_t>(sealed >> 8U);
  out[start + 1] = static_cast<std::uint8_t>(sealed & 0xffU);
  cipher_.seal(std::span(out).subspan(start + record_length_size));
}

void ChannelWriter::signal(Signal signal, std::vector<std::uint8_t>& out) {
  check(signal != Signal::data && signal != Signal::end, "data and end have content");
  seal_record(open_record(signal, out), out);
}

void ChannelWriter::end(Goodbye goodbye, std::vector<std::uint8_t>& out) {
  const std::size_t start = open_record(Signal::end, out);
  out.push_back(static_cast<std::uint8_t>(goodbye));
  seal_record(start, out);
}

std::size_t ChannelWriter::frames(std::deque<Frame>& frames, std::size_t bytes_wanted,
                                  std::vector<std::uint8_t>& out) {
  std::size_t finished = 0;
  while (!frames.empty() && out.size() < bytes_wanted) {
    const std::size_t start = open_record(Signal::data, out);
    std::size_t room = record_content_max;
    while (room > 0 && !frames.empty()) {
      const Frame& frame = frames.front();
      const std::size_t size = size_on_wire(frame);
      const std::size_t count = put_part(frame, frame_offset_, room, out);
      room -= count;
      frame_offset_ += count;
      if (frame_offset_ < size) continue;
      finished += size;
      frame_offset_ = 0;
      frames.pop_front();
    }
    seal_record(start, out);
  }
  return finished;
}

}  // namespace tessera::net
