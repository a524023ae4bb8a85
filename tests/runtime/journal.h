#pragma once

#include <tessera/primitives/hash.h>
#include <tessera/tessera.h>

#include <cstdint>
#include <string>
#include <utility>

/// The machine of these tests: it remembers how many lines it was given, in which order, and their
/// sum, so that one applied twice, never or out of order shows.
namespace tessera::tests {

class Journal {
 public:
  struct Line {
    std::string text;
    std::int64_t amount = 0;
    template <class Archive>
    void serialize(Archive& archive) {
      archive(text, amount);
    }
  };
  struct Look {
    template <class Archive>
    void serialize(Archive&) {}
  };
  struct Summary {
    std::uint64_t count = 0;
    std::int64_t sum = 0;
    UniqueId digest;  ///< of all lines in order

    bool operator==(const Summary&) const = default;
  };

  using Command = Line;
  using Result = std::int64_t;  ///< the sum so far
  using Query = Look;
  using QueryResult = Summary;
  using StateSync = LogReplay<Journal>;

  explicit Journal(std::string name = "1", StateSync sync = {})
      : name_(std::move(name)), sync_(sync) {}

  [[nodiscard]] UniqueId signature() const { return UniqueId::from("tests/journal").derive(name_); }
  [[nodiscard]] StateSync state_sync() const { return sync_; }

  Result apply(const Line& line, const ApplyContext&) {
    if (line.text == "throw") throw std::runtime_error("asked to throw");
    ++state_.count;
    state_.sum += line.amount;
    state_.digest = Hasher("tests/journal").add(state_.digest.view()).add(line.text).digest();
    return state_.sum;
  }
  [[nodiscard]] QueryResult query(const Look&) const { return state_; }

 private:
  std::string name_;
  StateSync sync_;
  Summary state_;
};

using JournalGroup = Group<Journal>;

}  // namespace tessera::tests
