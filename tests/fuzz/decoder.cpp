// The bounded decoder. The first byte of the input chooses a type, the rest is the message. An
// accepted message must be the one encoding of its value.

#include "../primitives/codec/everything.h"
#include "target.h"
#include <tessera/primitives/check.h>
#include <tessera/primitives/codec.h>

#include <array>

namespace tessera::fuzz {
namespace {

template <class T>
bool decode_as(ByteView message) {
  const auto decoded = decode<T>(message);
  if (!decoded) {
    check(decoded.error().is(Errc::malformed), "a message is refused as malformed");
    return false;
  }
  const auto encoded = try_encode(*decoded);
  check(encoded.has_value(), "what was decoded can be encoded");
  check(*encoded == Bytes::copy(message), "a value has one encoding");
  check(decode<T>(*encoded).has_value(), "a shared buffer decodes like a view");
  return true;
}

constexpr std::array decoders{
    decode_as<test::Everything>,
    decode_as<test::Fixed>,
    decode_as<test::Varying>,
    decode_as<test::Node>,
    decode_as<std::vector<std::optional<std::map<bool, std::string>>>>,
    decode_as<std::unordered_map<std::string, std::unordered_set<std::uint16_t>>>,
    decode_as<std::vector<std::monostate>>,
    decode_as<std::variant<std::string, std::vector<bool>, std::bitset<20>, Bytes>>,
    decode_as<std::deque<std::list<std::forward_list<std::u16string>>>>,
    decode_as<std::multimap<std::pair<bool, std::int8_t>, std::multiset<std::string>>>,
    decode_as<std::unordered_multimap<std::int16_t, std::tuple<bool, std::optional<char>>>>,
};

}  // namespace

bool run(ByteView input) {
  if (input.empty()) return false;
  return decoders[input.front() % decoders.size()](input.subspan(1));
}

}  // namespace tessera::fuzz
