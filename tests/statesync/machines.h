#pragma once

#include <tessera/groups/state_machine.h>
#include <tessera/statesync/log_replay.h>

#include <cstdint>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <variant>

/// State machines for the tests of what is written against them.
namespace tessera::tests {

/// Adds up. The strategy is named while the machine is incomplete.
class Counter {
 public:
  struct Add {
    std::int64_t amount = 0;
    template <class Archive>
    void serialize(Archive& archive) {
      archive(amount);
    }
  };
  struct Get {
    template <class Archive>
    void serialize(Archive&) {}
  };

  using Command = Add;
  using Result = std::int64_t;
  using Query = Get;
  using QueryResult = std::int64_t;
  using StateSync = LogReplay<Counter>;

  [[nodiscard]] UniqueId signature() const { return UniqueId::from("tests/counter"); }
  [[nodiscard]] StateSync state_sync() const { return {}; }
  Result apply(const Add& add, const ApplyContext&) { return value_ += add.amount; }
  [[nodiscard]] QueryResult query(const Get&) const { return value_; }

 private:
  std::int64_t value_ = 0;
};

/// Neither queries nor results; cannot be copied, so it needs a factory.
class Notebook {
 public:
  struct Line {
    std::string text;
    template <class Archive>
    void serialize(Archive& archive) {
      archive(text);
    }
  };
  using Command = Line;
  using Result = std::monostate;
  using StateSync = LogReplay<Notebook>;

  explicit Notebook(std::string first) : text_(std::make_unique<std::string>(std::move(first))) {}

  [[nodiscard]] UniqueId signature() const { return UniqueId::from("tests/notebook"); }
  [[nodiscard]] StateSync state_sync() const { return {}; }
  Result apply(const Line& line, const ApplyContext& context) {
    if (line.text == "throw") throw std::runtime_error("the pen broke");
    if (line.text == "throw a number") throw 5;
    *text_ += line.text + "@" + context.position().to_string() + ";";
    return {};
  }
  [[nodiscard]] const std::string& text() const { return *text_; }
  [[nodiscard]] std::optional<Cursor> durable_position() const { return Cursor{Term(3), Index(9)}; }

 private:
  std::unique_ptr<std::string> text_;
};

}  // namespace tessera::tests
