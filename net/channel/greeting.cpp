#include <tessera/net/channel/greeting.h>
#include <tessera/primitives/check.h>
#include <tessera/primitives/hash.h>

#include <algorithm>
#include <string_view>

namespace tessera::net {
namespace {

constexpr std::string_view magic = "TSRA";
constexpr std::size_t version_at = 4;
constexpr std::size_t lane_at = 6;
constexpr std::size_t records_at = 7;
constexpr std::size_t tag_at = 8;
constexpr std::size_t tag_size = greeting_size - tag_at;

std::array<std::uint8_t, tag_size> network_tag(const NetworkId& network) {
  const UniqueId digest = Hasher("tessera/network-tag").add(network.view()).digest();
  std::array<std::uint8_t, tag_size> tag;
  std::copy_n(digest.bytes().begin(), tag_size, tag.begin());
  return tag;
}

}  // namespace

Greeting make_greeting(const GreetingFields& fields) {
  Greeting greeting{};
  std::copy(magic.begin(), magic.end(), greeting.begin());
  greeting[version_at] = protocol_version >> 8U;
  greeting[version_at + 1] = protocol_version & 0xffU;
  greeting[lane_at] = static_cast<std::uint8_t>(fields.lane);
  greeting[records_at] = static_cast<std::uint8_t>(fields.records);
  const auto tag = network_tag(fields.network);
  std::copy(tag.begin(), tag.end(), greeting.begin() + tag_at);
  return greeting;
}

Result<Lane> check_greeting(ByteView greeting, const GreetingFields& ours) {
  check(greeting.size() == greeting_size, "a greeting has a fixed size");
  if (!std::equal(magic.begin(), magic.end(), greeting.begin())) {
    return Error(Errc::handshake_failed, "the other side is not a tessera peer");
  }
  const unsigned version = greeting[version_at] * 256U + greeting[version_at + 1];
  if (version != protocol_version) {
    return Error(Errc::version_mismatch, "the other side speaks protocol version " +
                                             std::to_string(version) + ", this node version " +
                                             std::to_string(protocol_version));
  }
  const auto tag = network_tag(ours.network);
  if (!std::equal(tag.begin(), tag.end(), greeting.begin() + tag_at)) {
    return Error(Errc::foreign, "the other side belongs to another network; compare the names");
  }
  const std::uint8_t lane = greeting[lane_at];
  const std::uint8_t records = greeting[records_at];
  if (lane > static_cast<std::uint8_t>(Lane::bulk) ||
      records > static_cast<std::uint8_t>(RecordProtection::none)) {
    return Error(Errc::handshake_failed, "the other side asks for a lane that does not exist");
  }
  if (records != static_cast<std::uint8_t>(ours.records)) {
    return Error(Errc::handshake_failed,
                 ours.records == RecordProtection::sealed
                     ? "the other side does not encrypt its links, as only benchmarks do"
                     : "the other side encrypts its links, and this node does not");
  }
  return static_cast<Lane>(lane);
}

std::vector<std::uint8_t> make_prologue(const GreetingFields& fields) {
  const Greeting greeting = make_greeting(fields);
  const ByteView network = fields.network.view();
  std::vector<std::uint8_t> prologue;
  prologue.reserve(greeting.size() + network.size());
  prologue.insert(prologue.end(), greeting.begin(), greeting.end());
  prologue.insert(prologue.end(), network.begin(), network.end());
  return prologue;
}

}  // namespace tessera::net
