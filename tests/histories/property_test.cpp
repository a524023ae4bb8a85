#include "brute_force.h"
#include "linearizability.h"
#include "register_world.h"

#include <gtest/gtest.h>

#include <algorithm>

// The search against histories of a map that is linearizable, and against the definition.

namespace tessera::histories::testing {
namespace {

using Kind = Operation::Kind;
using Outcome = Operation::Outcome;

constexpr std::uint64_t small_histories = 4000;
constexpr std::uint64_t large_histories = 60;

std::string shown(const History& history) {
  std::string text;
  for (const Operation& each : history) {
    text += "\n" + std::string(each.kind == Kind::get   ? "get"
                               : each.kind == Kind::put ? "put"
                               : each.kind == Kind::del ? "del"
                                                        : "cas");
    text += " " + each.key + " value " + each.value.value_or("-") + " expected " +
            each.expected.value_or("-") + " [" + std::to_string(each.call) + ", " +
            std::to_string(each.returned) + "] outcome " +
            std::to_string(static_cast<int>(each.outcome)) + (each.swapped ? " swapped" : "");
  }
  return text;
}

/// How the search judged histories that the definition judged alike.
struct Tally {
  std::size_t accepted = 0;
  std::size_t rejected = 0;

  void compare(const History& history, std::uint64_t seed) {
    const bool truth = linearizable_by_definition(history);
    ++(truth ? accepted : rejected);
    const Verdict expected = truth ? Verdict::linearizable : Verdict::not_linearizable;
    EXPECT_EQ(judge(history).verdict, expected) << "seed " << seed << shown(history);
  }
};

TEST(LinearizabilityProperty, RecordedHistoriesAreAccepted) {
  for (std::uint64_t seed = 1; seed <= large_histories; ++seed) {
    Generator generator(seed);
    const WorldSettings settings{.clients = 1 + seed % 12,
                                 .operations = 2000,
                                 .keys = 1 + seed % 5,
                                 .values = 1 + seed % 40};
    const Judgement judgement = judge(record(settings, generator));
    EXPECT_EQ(judgement.verdict, Verdict::linearizable)
        << "seed " << seed << " key " << judgement.key << " line " << judgement.line;
  }
}

TEST(LinearizabilityProperty, MutatedReadIsJudgedByTheDefinition) {
  Tally tally;
  for (std::uint64_t seed = 1; seed <= small_histories; ++seed) {
    Generator generator(seed);
    History history = record({.clients = 2 + seed % 3}, generator);
    EXPECT_TRUE(linearizable_by_definition(history)) << "seed " << seed << shown(history);
    for (Operation& operation : history) {
      if (operation.kind != Kind::get || operation.outcome != Outcome::ok) continue;
      operation.value = operation.value == "v1" ? "v2" : "v1";
      tally.compare(history, seed);
      break;
    }
  }
  EXPECT_GT(tally.accepted, small_histories / 20);
  EXPECT_GT(tally.rejected, small_histories / 5);
}

TEST(LinearizabilityProperty, InventedHistoriesAreJudgedByTheDefinition) {
  Tally tally;
  for (std::uint64_t seed = 1; seed <= 5 * small_histories; ++seed) {
    Generator generator(seed);
    WorldSettings settings{.operations = 3 + seed % 5, .values = 1 + seed % 3};
    settings.unanswered = seed % 2 == 0 ? 0.5 : 0.1;
    tally.compare(invent(settings, generator), seed);
  }
  EXPECT_GT(tally.accepted, small_histories / 5);
  EXPECT_GT(tally.rejected, small_histories / 5);
}

/// Lets a read late in `history` find what was overwritten, and seen to be, long before.
bool age_a_read(History& history) {
  std::sort(history.begin(), history.end(), [](const Operation& a, const Operation& b) {
    return std::pair(a.call, a.returned) < std::pair(b.call, b.returned);
  });
  const Operation* old = nullptr;
  const Operation* newer = nullptr;
  std::size_t reads = 0;
  for (Operation& each : history) {
    if (each.kind != Kind::get || each.outcome != Outcome::ok || each.key != "k0") continue;
    ++reads;
    if (old == nullptr && each.value) {
      old = &each;
    } else if (old != nullptr && newer == nullptr && each.value != old->value &&
               each.call > old->returned) {
      newer = &each;
    } else if (newer != nullptr && reads > 100 && each.call > newer->returned) {
      each.value = old->value;
      return true;
    }
  }
  return false;
}

TEST(LinearizabilityProperty, StaleReadIsFoundInALongHistory) {
  for (std::uint64_t seed = 1; seed <= large_histories; ++seed) {
    Generator generator(seed);
    // So many values that none is written twice.
    const WorldSettings settings{
        .clients = 2 + seed % 6, .operations = 2000, .keys = 3, .values = 1'000'000'000};
    History history = record(settings, generator);
    EXPECT_EQ(judge(history).verdict, Verdict::linearizable) << "seed " << seed;
    ASSERT_TRUE(age_a_read(history)) << "seed " << seed;
    EXPECT_EQ(judge(history).verdict, Verdict::not_linearizable) << "seed " << seed;
  }
}

}  // namespace
}  // namespace tessera::histories::testing
