#include "register_world.h"

#include <algorithm>
#include <map>

namespace tessera::histories::testing {
namespace {

using Kind = Operation::Kind;
using Outcome = Operation::Outcome;

class World {
 public:
  World(const WorldSettings& settings, Generator& generator)
      : settings_(settings), generator_(generator) {}

  /// Each client asks, waits for a moment between call and return, and asks again.
  History record() {
    std::vector<std::uint64_t> free_at(settings_.clients, 1);
    History history;
    std::multimap<std::uint64_t, std::size_t> moments;
    for (std::size_t number = 0; number < settings_.operations; ++number) {
      std::uint64_t& now = free_at[below(settings_.clients)];
      history.push_back(draw());
      Operation& operation = history.back();
      operation.call = now + below(20);
      operation.returned = operation.call + 1 + below(40);
      now = operation.returned + 1;
      settle_outcome(operation);
      if (operation.outcome == Outcome::fail) continue;
      std::uint64_t moment = operation.call + below(operation.returned - operation.call + 1);
      if (operation.outcome == Outcome::unknown && chance(0.5)) continue;
      if (operation.outcome == Outcome::unknown) moment = operation.call + below(200);
      moments.emplace(moment, number);
    }
    for (const auto& [moment, number] : moments) happen(history[number]);
    std::shuffle(history.begin(), history.end(), generator_);
    number_lines(history);
    return history;
  }

  History invent() {
    History history;
    for (std::size_t number = 0; number < settings_.operations; ++number) {
      Operation operation = draw();
      operation.call = below(60);
      operation.returned = operation.call + below(30);
      settle_outcome(operation);
      if (operation.kind == Kind::get) operation.value = value();
      operation.swapped = chance(0.6);
      history.push_back(operation);
    }
    number_lines(history);
    return history;
  }

 private:
  std::uint64_t below(std::uint64_t bound) {
    return std::uniform_int_distribution<std::uint64_t>(0, bound - 1)(generator_);
  }
  bool chance(double likelihood) { return std::bernoulli_distribution(likelihood)(generator_); }

  Value value() {
    const std::uint64_t number = below(settings_.values + 1);
    return number == 0 ? Value() : Value("v" + std::to_string(number));
  }

  Operation draw() {
    Operation operation;
    const std::uint64_t face = below(10);
    operation.kind = face < 4 ? Kind::get : face < 7 ? Kind::put : face < 8 ? Kind::del : Kind::cas;
    operation.key = "k" + std::to_string(below(settings_.keys));
    if (operation.kind == Kind::put) {
      operation.value = "v" + std::to_string(1 + below(settings_.values));
    }
    if (operation.kind == Kind::cas) {
      operation.value = value();
      operation.expected = value();
    }
    return operation;
  }

  void settle_outcome(Operation& operation) {
    operation.outcome = Outcome::ok;
    if (chance(settings_.unanswered)) operation.outcome = Outcome::unknown;
    if (chance(settings_.refused)) operation.outcome = Outcome::fail;
  }

  void happen(Operation& operation) {
    Value& held = content_[operation.key];
    switch (operation.kind) {
      case Kind::get:
        operation.value = held;
        break;
      case Kind::put:
      case Kind::del:
        held = operation.value;
        break;
      case Kind::cas:
        operation.swapped = held == operation.expected;
        if (operation.swapped) held = operation.value;
        break;
    }
  }

  static void number_lines(History& history) {
    for (std::size_t line = 0; line < history.size(); ++line) history[line].line = line + 1;
  }

  const WorldSettings& settings_;
  Generator& generator_;
  std::map<std::string, Value> content_;
};

}  // namespace

History record(const WorldSettings& settings, Generator& generator) {
  return World(settings, generator).record();
}

History invent(const WorldSettings& settings, Generator& generator) {
  return World(settings, generator).invent();
}

}  // namespace tessera::histories::testing
