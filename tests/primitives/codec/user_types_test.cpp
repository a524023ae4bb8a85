// All the ways in which cereal lets a class take part, and what is refused.

#include "everything.h"
#include <tessera/primitives/hex.h>

#include <cereal/types/memory.hpp>
#include <gtest/gtest.h>

#include <memory>
#include <queue>
#include <stdexcept>

namespace tessera::test {

struct Member {
  std::int64_t amount = 0;
  bool operator==(const Member&) const = default;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(amount);
  }
};

struct Outside {
  std::string name;
  bool operator==(const Outside&) const = default;
};
template <class Archive>
void serialize(Archive& archive, Outside& outside) {
  archive(outside.name);
}

struct Split {
  int value = 0;
  bool operator==(const Split&) const = default;
  template <class Archive>
  void save(Archive& archive) const {
    archive(value + 1);
  }
  template <class Archive>
  void load(Archive& archive) {
    archive(value);
    --value;
  }
};

struct SplitOutside {
  int value = 0;
  bool operator==(const SplitOutside&) const = default;
};
template <class Archive>
void save(Archive& archive, const SplitOutside& split) {
  archive(split.value);
}
template <class Archive>
void load(Archive& archive, SplitOutside& split) {
  archive(split.value);
}

struct Minimal {
  std::string text;
  bool operator==(const Minimal&) const = default;
  template <class Archive>
  std::string save_minimal(const Archive&) const {
    return text;
  }
  template <class Archive>
  void load_minimal(const Archive&, const std::string& loaded) {
    text = loaded;
  }
};

struct Named {
  int value = 0;
  bool operator==(const Named&) const = default;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(CEREAL_NVP(value));
  }
};

struct Derived : Member {
  int more = 0;
  bool operator==(const Derived&) const = default;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(cereal::base_class<Member>(this), more);
  }
};

struct Versioned {
  int value = 0;
  std::uint32_t seen = 0;
  auto operator<=>(const Versioned&) const = default;
  template <class Archive>
  void serialize(Archive& archive, std::uint32_t version) {
    archive(value);
    if (version >= 3) seen = version;
  }
};

struct VersionedHash {
  std::size_t operator()(const Versioned& key) const { return static_cast<std::size_t>(key.value); }
};

/// A container written the way cereal's own are: it believes the size tag.
struct Trusting {
  std::vector<std::uint16_t> values;
  bool operator==(const Trusting&) const = default;
  template <class Archive>
  void save(Archive& archive) const {
    archive(cereal::make_size_tag(values.size()));
    archive(cereal::binary_data(values.data(), values.size() * sizeof(std::uint16_t)));
  }
  template <class Archive>
  void load(Archive& archive) {
    cereal::size_type size = 0;
    archive(cereal::make_size_tag(size));
    values.resize(size);
    archive(cereal::binary_data(values.data(), values.size() * sizeof(std::uint16_t)));
  }
};

struct Empty {};

struct Throwing {
  bool on_save = false;
  template <class Archive>
  void save(Archive& archive) const {
    if (on_save) throw std::runtime_error("no");
    archive(on_save);
  }
  template <class Archive>
  void load(Archive& archive) {
    archive(on_save);
    throw 7;
  }
};

/// Swallows the failure and goes on.
struct Stubborn {
  std::string text;
  std::uint8_t after = 0;
  template <class Archive>
  void save(Archive& archive) const {
    archive(text, after);
  }
  template <class Archive>
  void load(Archive& archive) {
    try {
      archive(text);
    } catch (...) {
      text = "default";
    }
  }
};

struct MoveOnly {
  std::string text;
  MoveOnly() = default;
  explicit MoveOnly(std::string from) : text(std::move(from)) {}
  MoveOnly(MoveOnly&&) = default;
  MoveOnly& operator=(MoveOnly&&) = default;
  MoveOnly(const MoveOnly&) = delete;
  MoveOnly& operator=(const MoveOnly&) = delete;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(text);
  }
};

struct Unknown {
  int value = 0;
};

}  // namespace tessera::test

CEREAL_CLASS_VERSION(tessera::test::Versioned, 3)

namespace tessera::test {
namespace {

template <class T>
std::string round_trip_hex(const T& value) {
  const Bytes encoded = encode(value);
  auto decoded = decode<T>(encoded);
  EXPECT_TRUE(decoded.has_value()) << decoded.error().message();
  EXPECT_EQ(*decoded, value);
  return to_hex(encoded.view());
}

TEST(CodecUserTypes, AllWaysOfCerealWork) {
  EXPECT_EQ(round_trip_hex(Member{5}), "0500000000000000");
  EXPECT_EQ(round_trip_hex(Outside{"ab"}), "026162");
  EXPECT_EQ(round_trip_hex(Split{1}), "02000000");
  EXPECT_EQ(round_trip_hex(SplitOutside{1}), "01000000");
  EXPECT_EQ(round_trip_hex(Minimal{"m"}), "016d");
  EXPECT_EQ(round_trip_hex(Named{7}), "07000000");
  EXPECT_EQ(round_trip_hex(Derived{{1}, 2}), "010000000000000002000000");
  EXPECT_EQ(round_trip_hex(Trusting{{1, 2}}), "0201000200");
  EXPECT_TRUE(encode(Empty{}).empty());
}

TEST(CodecUserTypes, ATypeNeedNotBeCopyable) {
  std::vector<MoveOnly> several(3);
  several[1].text = "middle";
  EXPECT_EQ(decode<std::vector<MoveOnly>>(encode(several))->at(1).text, "middle");
  EXPECT_EQ(decode<MoveOnly>(encode(MoveOnly("one")))->text, "one");
}

TEST(CodecUserTypes, AVersionIsWrittenWithTheFirstObjectOfItsClass) {
  const std::vector<Versioned> two{{1, 3}, {2, 3}};
  EXPECT_EQ(round_trip_hex(two),
            "02"
            "03000000"
            "01000000"
            "02000000");
}

TEST(CodecUserTypes, AnOlderVersionIsPassedOn) {
  const auto old = decode<Versioned>(Bytes(*from_hex("0200000009000000")));
  ASSERT_TRUE(old.has_value());
  EXPECT_EQ(*old, (Versioned{9, 0}));
}

TEST(CodecUserTypes, VersionedKeysOfHashedContainersAreIndependentOfTheirPlace) {
  const std::unordered_map<Versioned, Versioned, VersionedHash> map{{{2, 3}, {1, 3}},
                                                                    {{1, 3}, {2, 3}}};
  EXPECT_EQ(round_trip_hex(map),
            "02"
            "03000000"
            "01000000"
            "02000000"
            "03000000"
            "02000000"
            "01000000");
}

TEST(CodecUserTypes, ASizeTagIsNoLargerThanWhatFollows) {
  EXPECT_FALSE(decode<Trusting>(Bytes(*from_hex("ffffffffff7f01000200"))).has_value());
  EXPECT_FALSE(decode<Trusting>(Bytes(*from_hex("0301000200"))).has_value());
}

TEST(CodecUserTypes, WhatSaveThrowsIsAnError) {
  const auto encoded = try_encode(Throwing{true});
  ASSERT_FALSE(encoded.has_value());
  EXPECT_TRUE(encoded.error().is(Errc::invalid_argument));
  EXPECT_EQ(encoded.error().message(), "the value cannot be encoded: no");
  std::vector<std::uint8_t> out{1, 2};
  EXPECT_FALSE(append_encoded(out, Throwing{true}).has_value());
  EXPECT_EQ(out.size(), 2U);
}

TEST(CodecUserTypes, WhatLoadThrowsIsAnError) {
  const auto decoded = decode<Throwing>(encode(Throwing{}));
  ASSERT_FALSE(decoded.has_value());
  EXPECT_TRUE(decoded.error().is(Errc::malformed));
}

TEST(CodecUserTypes, ASwallowedFailureStillFails) {
  EXPECT_FALSE(decode<Stubborn>(Bytes(*from_hex("0561"))).has_value());
}

TEST(CodecUserTypes, AVariantWithoutAValueIsRefused) {
  struct Bomb {
    Bomb() = default;
    Bomb(const Bomb&) { throw 1; }
    Bomb& operator=(const Bomb&) = default;
    void serialize(codec::OutputArchive&) {}
    void serialize(codec::InputArchive&) {}
    int pad = 0;
  };
  std::variant<int, Bomb> variant;
  const Bomb bomb;
  EXPECT_ANY_THROW(variant.emplace<1>(bomb));
  ASSERT_TRUE(variant.valueless_by_exception());
  const auto encoded = try_encode(variant);
  ASSERT_FALSE(encoded.has_value());
  EXPECT_TRUE(encoded.error().is(Errc::invalid_argument));
}

TEST(CodecUserTypes, WhatCannotBeDecodedIsNotCodable) {
  static_assert(Codable<Member> && Codable<Empty> && Codable<Versioned> && Codable<Minimal>);
  static_assert(Codable<Bytes> && Codable<std::monostate> && Codable<Color> && Codable<bool>);
  static_assert(Codable<std::queue<int>>);
  static_assert(!Codable<Unknown>);
  static_assert(!Codable<int*> && !Codable<const char*>);
  static_assert(!Codable<std::unique_ptr<int>> && !Codable<std::shared_ptr<int>>);
  static_assert(!Codable<std::weak_ptr<int>> && !Codable<std::priority_queue<int>>);
}

}  // namespace
}  // namespace tessera::test
