#include "everything.h"

namespace tessera::test {
namespace {

Fixed fixed() {
  Fixed value;
  value.yes = true;
  value.letter = 'x';
  value.small = -3;
  value.byte = 200;
  value.i16 = -300;
  value.u32 = 70'000;
  value.i64 = -5'000'000'000;
  value.single = 1.5F;
  value.number = -0.1;
  value.raw = std::byte{7};
  value.wide = u'\u00e9';
  value.color = Color::blue;
  value.bytes = {1, 2, 3, 4};
  value.names = {"first", "second"};
  value.counts = {-1, 0, 1};
  value.pair = {42, "pair"};
  value.tuple = {std::int8_t{-1}, "tuple", 2.5};
  value.wait = std::chrono::milliseconds{1500};
  value.at = decltype(value.at){std::chrono::seconds{1'700'000'000}};
  value.bits = 0b1'0110'1110'0011;
  value.complex = {1.0, -1.0};
  value.id = UniqueId::from("everything");
  value.peer = PeerId(UniqueId::from("peer"));
  value.signature.bytes.fill(0x5a);
  return value;
}

Varying varying() {
  Varying value;
  value.text = "a text that is too long to be stored without an allocation";
  value.text16 = u"sixteen";
  value.bytes = Bytes::copy("some bytes");
  value.numbers = {1, 2, 3};
  value.texts = {"", "one", "a second text that is long enough to be allocated"};
  value.flags = {true, false, true};
  value.raw = {std::byte{1}, std::byte{0}};
  value.deque = {3, 2, 1};
  value.list = {"x", "y"};
  value.forward = {5, 4};
  value.map = {{"alice", 1}, {"bob", 2}};
  value.multimap = {{1, "b"}, {1, "a"}, {2, "c"}};
  value.set = {"p", "q"};
  value.multiset = {7, 7, 8};
  value.hashed_map = {{"k1", {1}}, {"k2", {1, 2}}, {"k3", {}}};
  value.hashed_multimap = {{1, 2}, {1, 1}, {3, 3}};
  value.hashed_set = {"u", "v", "w"};
  value.hashed_multiset = {9, 9, 1};
  value.present = "here";
  value.variant = "chosen";
  value.nothings.resize(3);
  value.nested = {{Color::green, {{std::int8_t{1}, Bytes::copy("in a set")}}}};
  value.tree = Node{{Node{}, Node{{Node{}}}}};
  return value;
}

}  // namespace

Everything everything() { return {fixed(), varying()}; }

}  // namespace tessera::test
