#include <tessera/groups/core/message_codec.h>
#include <tessera/primitives/codec.h>

#include <array>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace tessera::core {
namespace {

/// The kind of a message is its place in `Message`. These numbers are the wire's: a message that
/// is added goes to the end.
template <class T, std::size_t kind>
constexpr bool has_kind = std::same_as<std::variant_alternative_t<kind, Message>, T>;
static_assert(has_kind<VoteRequest, 0> && has_kind<VoteResponse, 1>);
static_assert(has_kind<AppendRequest, 2> && has_kind<AppendResponse, 3>);
static_assert(has_kind<HeartbeatRequest, 4> && has_kind<HeartbeatResponse, 5>);
static_assert(has_kind<SyncOffer, 6> && has_kind<SyncDone, 7>);
static_assert(has_kind<ForwardRequest, 8> && has_kind<ForwardResponse, 9>);
static_assert(has_kind<ReadRequest, 10> && has_kind<ReadResponse, 11>);
static_assert(has_kind<SyncMessage, 12> && has_kind<FoundingProposal, 13>);
static_assert(has_kind<FoundingPromise, 14> && has_kind<FoundingAbandonment, 15>);
static_assert(has_kind<GenesisNotice, 16> && has_kind<TimeoutNow, 17>);
static_assert(has_kind<AdminRequest, 18> && has_kind<AdminResponse, 19>);
static_assert(has_kind<RemovalNotice, 20> && has_kind<MemoryNotice, 21>);
static_assert(std::variant_size_v<Message> == 22);

using Decoder = Result<Message> (*)(const Bytes&);

template <std::size_t kind>
Result<Message> decode_kind(const Bytes& body) {
  auto decoded = decode<std::variant_alternative_t<kind, Message>>(body);
  if (!decoded) return decoded.error().within("a message of kind " + std::to_string(kind));
  return Message(std::in_place_index<kind>, *std::move(decoded));
}

template <std::size_t... kinds>
constexpr std::array<Decoder, sizeof...(kinds)> all_decoders(std::index_sequence<kinds...>) {
  return {&decode_kind<kinds>...};
}

/// About what the encoding of a message takes, and not less where that is much: a buffer that
/// grows step by step is copied as often.
[[nodiscard]] std::size_t expected_size(const Message& message) {
  constexpr std::size_t header = 64;
  if (const auto* append = std::get_if<AppendRequest>(&message)) {
    std::size_t size = header;
    for (const RawEntry& entry : append->entries) size += entry.size();
    return size;
  }
  if (const auto* forward = std::get_if<ForwardRequest>(&message)) {
    std::size_t size = header;
    for (const ForwardedEntry& entry : forward->entries) size += entry.data.size() + 8;
    return size;
  }
  if (const auto* bulk = std::get_if<SyncMessage>(&message)) return header + bulk->payload.size();
  return header;
}

constexpr auto decoders = all_decoders(std::make_index_sequence<std::variant_size_v<Message>>());

}  // namespace

Bytes encode_message(const Message& message) {
  std::vector<std::uint8_t> frame;
  frame.reserve(expected_size(message));
  frame.push_back(static_cast<std::uint8_t>(message.index()));
  const auto append = [&frame](const auto& alternative) {
    return append_encoded(frame, alternative);
  };
  check(std::visit(append, message).has_value(), "a message of the core cannot be encoded");
  return Bytes(std::move(frame));
}

Bytes MessageEncoder::encode(const Message& message) {
  const auto* append = std::get_if<AppendRequest>(&message);
  if (append == nullptr || append->entries.empty()) return encode_message(message);
  const AppendName name{append->term,           append->preceding,
                        append->entries.size(), append->entries.back().position,
                        append->commit,         append->election_timeout};
  if (last_ != name) {
    encoded_ = encode_message(message);
    last_ = name;
  }
  return encoded_;
}

Result<Message> decode_message(const Bytes& frame) {
  if (frame.empty()) return {Errc::malformed, "an empty message"};
  const std::size_t kind = *frame.data();
  if (kind >= decoders.size()) {
    return {Errc::malformed, "a message of the unknown kind " + std::to_string(kind)};
  }
  return decoders[kind](frame.slice({.offset = 1}));
}

}  // namespace tessera::core
