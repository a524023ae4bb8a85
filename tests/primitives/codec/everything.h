#pragma once

#include <tessera/primitives/codec.h>
#include <tessera/primitives/ids.h>
#include <tessera/primitives/signature.h>

#include <array>
#include <bitset>
#include <chrono>
#include <complex>
#include <cstdint>
#include <deque>
#include <forward_list>
#include <list>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <variant>
#include <vector>

/// Values that use every type the codec knows, for the tests of the codec and its fuzz target.
namespace tessera::test {

enum class Color : std::uint16_t { red, green, blue };

/// A class that nests itself.
struct Node {
  std::vector<Node> children;

  bool operator==(const Node&) const = default;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(children);
  }
};

/// Numbers, characters and what is made of a fixed number of them.
struct Fixed {
  bool yes = false;
  char letter = 0;
  signed char small = 0;
  std::uint8_t byte = 0;
  std::int16_t i16 = 0;
  std::uint32_t u32 = 0;
  std::int64_t i64 = 0;
  float single = 0;
  double number = 0;
  std::byte raw{};
  char16_t wide = 0;
  Color color = Color::red;
  std::array<std::uint8_t, 4> bytes{};
  std::array<std::string, 2> names;
  std::array<std::int32_t, 3> counts{};
  std::pair<std::int32_t, std::string> pair;
  std::tuple<std::int8_t, std::string, double> tuple;
  std::chrono::milliseconds wait{};
  std::chrono::time_point<std::chrono::system_clock, std::chrono::nanoseconds> at{};
  std::bitset<13> bits;
  std::complex<double> complex;
  std::monostate nothing;
  UniqueId id;
  PeerId peer;
  Signature signature;

  bool operator==(const Fixed&) const = default;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(yes, letter, small, byte, i16, u32, i64, single, number, raw, wide, color);
    archive(bytes, names, counts, pair, tuple, wait, at, bits, complex, nothing);
    archive(id, peer, signature);
  }
};

/// Containers and choices.
struct Varying {
  std::string text;
  std::u16string text16;
  Bytes bytes;
  std::vector<std::uint32_t> numbers;
  std::vector<std::string> texts;
  std::vector<bool> flags;
  std::vector<std::byte> raw;
  std::deque<std::int32_t> deque;
  std::list<std::string> list;
  std::forward_list<std::int16_t> forward;
  std::map<std::string, std::int32_t> map;
  std::multimap<std::int32_t, std::string> multimap;
  std::set<std::string> set;
  std::multiset<std::int32_t> multiset;
  std::unordered_map<std::string, std::vector<std::int32_t>> hashed_map;
  std::unordered_multimap<std::int32_t, std::int32_t> hashed_multimap;
  std::unordered_set<std::string> hashed_set;
  std::unordered_multiset<std::int32_t> hashed_multiset;
  std::optional<std::string> present;
  std::optional<std::int32_t> absent;
  std::variant<std::monostate, std::int32_t, std::string> variant;
  std::vector<std::monostate> nothings;
  std::map<Color, std::set<std::pair<std::int8_t, Bytes>>> nested;
  Node tree;

  bool operator==(const Varying&) const = default;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(text, text16, bytes, numbers, texts, flags, raw, deque, list, forward);
    archive(map, multimap, set, multiset);
    archive(hashed_map, hashed_multimap, hashed_set, hashed_multiset);
    archive(present, absent, variant, nothings, nested, tree);
  }
};

struct Everything {
  Fixed fixed;
  Varying varying;

  bool operator==(const Everything&) const = default;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(fixed, varying);
  }
};

/// A value in which every part differs from its default.
[[nodiscard]] Everything everything();

}  // namespace tessera::test
