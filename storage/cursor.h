#pragma once

#include <compare>
#include <cstdint>
#include <ostream>
#include <string>

/// Positions in a group's log.
namespace tessera {

/// A count that cannot be mistaken for a count of something else.
template <class Tag>
class Ordinal {
 public:
  constexpr Ordinal() = default;
  constexpr explicit Ordinal(std::uint64_t value) : value_(value) {}

  [[nodiscard]] constexpr std::uint64_t value() const { return value_; }
  constexpr explicit operator std::uint64_t() const { return value_; }

  constexpr Ordinal& operator++() {
    ++value_;
    return *this;
  }
  /// `steps` further on.
  constexpr Ordinal operator+(std::uint64_t steps) const { return Ordinal(value_ + steps); }
  /// `steps` back, but not below zero.
  constexpr Ordinal operator-(std::uint64_t steps) const {
    return Ordinal(value_ > steps ? value_ - steps : 0);
  }
  /// How far `other` lies behind this; zero if it does not.
  constexpr std::uint64_t operator-(Ordinal other) const {
    return value_ > other.value_ ? value_ - other.value_ : 0;
  }

  auto operator<=>(const Ordinal&) const = default;

  template <class Archive>
  void serialize(Archive& archive) {
    archive(value_);
  }

 private:
  std::uint64_t value_ = 0;
};

template <class Tag>
std::ostream& operator<<(std::ostream& out, Ordinal<Tag> ordinal) {
  return out << ordinal.value();
}

using Term = Ordinal<struct TermTag>;    ///< an election's number; 0: none
using Index = Ordinal<struct IndexTag>;  ///< an entry's place in the log, from 1; 0: nothing

/// An entry's place and the term it was written in. Two committed cursors compare as their
/// indices do; before that, the later term is the more up-to-date log (thesis, 3.6.1).
struct Cursor {
  Term term;
  Index index;

  auto operator<=>(const Cursor&) const = default;

  [[nodiscard]] std::string to_string() const {
    return std::to_string(term.value()) + ":" + std::to_string(index.value());
  }

  template <class Archive>
  void serialize(Archive& archive) {
    archive(term, index);
  }
};

inline std::ostream& operator<<(std::ostream& out, const Cursor& cursor) {
  return out << cursor.to_string();
}

}  // namespace tessera
