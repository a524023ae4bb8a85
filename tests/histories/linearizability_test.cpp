#include "linearizability.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <sys/wait.h>

namespace tessera::histories::testing {
namespace {

using Kind = Operation::Kind;
using Outcome = Operation::Outcome;

struct Window {
  std::uint64_t call = 0;
  std::uint64_t returned = 0;
};

Operation operation(Kind kind, Value value, Window window) {
  Operation made;
  made.kind = kind;
  made.outcome = Outcome::ok;
  made.key = "k";
  made.value = std::move(value);
  made.call = window.call;
  made.returned = window.returned;
  return made;
}

Operation put(Value value, Window window) { return operation(Kind::put, std::move(value), window); }
Operation get(Value value, Window window) { return operation(Kind::get, std::move(value), window); }

/// `count` writes at once, in all orders: too many to look at. The read at the end has no place.
History hopeless(std::size_t count) {
  History history;
  for (std::size_t writer = 0; writer < count; ++writer) {
    history.push_back(put("v" + std::to_string(writer), {0, 100}));
  }
  history.push_back(get("never written", {101, 102}));
  for (std::size_t line = 0; line < history.size(); ++line) history[line].line = line + 1;
  return history;
}

TEST(Linearizability, EmptyHistoryIsAccepted) {
  EXPECT_EQ(judge({}).verdict, Verdict::linearizable);
}

TEST(Linearizability, SearchWithinItsBoundDecides) {
  const Judgement judgement = judge(hopeless(10));
  EXPECT_EQ(judgement.verdict, Verdict::not_linearizable);
  EXPECT_EQ(judgement.key, "k");
  EXPECT_EQ(judgement.line, 11U);
}

TEST(Linearizability, SearchBeyondItsBoundIsUndecided) {
  const Judgement judgement = judge(hopeless(40), 1'000'000);
  EXPECT_EQ(judgement.verdict, Verdict::undecided);
  EXPECT_EQ(judgement.key, "k");
  EXPECT_LE(judgement.configurations, 10'000U);
}

TEST(Linearizability, KeyThatIsNotOutweighsAnUndecidedOne) {
  History history = hopeless(40);
  for (Operation lost : {put("a", {0, 1}), get(std::nullopt, {2, 3})}) {
    lost.key = "z";
    lost.line = history.size() + 1;
    history.push_back(lost);
  }
  const Judgement judgement = judge(history, 1'000'000);
  EXPECT_EQ(judgement.verdict, Verdict::not_linearizable);
  EXPECT_EQ(judgement.key, "z");
  EXPECT_EQ(judgement.line, 43U);
}

TEST(Linearizability, ConfigurationsMetTwiceAreLookedAtOnce) {
  // 12 writes have 12! orders but only 2^12 sets, each with one of 12 last writes.
  const Judgement judgement = judge(hopeless(12));
  EXPECT_EQ(judgement.verdict, Verdict::not_linearizable);
  EXPECT_LE(judgement.configurations, (std::size_t{1} << 12U) * 12);
}

TEST(Linearizability, ManyPendingWritesThatNobodySawCostNothing) {
  History history;
  for (std::uint64_t time = 0; time < 3000; time += 10) {
    history.push_back(put("lost" + std::to_string(time), {time, 0}));
    history.back().outcome = Outcome::unknown;
    history.push_back(put("kept" + std::to_string(time), {time + 1, time + 2}));
    history.push_back(get("kept" + std::to_string(time), {time + 3, time + 4}));
  }
  EXPECT_EQ(judge(history, 100'000).verdict, Verdict::linearizable);
  history.push_back(get("kept0", {5000, 5001}));
  EXPECT_EQ(judge(history, 100'000).verdict, Verdict::not_linearizable);
}

int exit_code_of_program(const std::string& arguments) {
  const std::string command =
      std::string(TESSERA_CHECK_HISTORY) + " " + arguments + " >/dev/null 2>&1";
  return WEXITSTATUS(std::system(command.c_str()));
}

TEST(CheckHistoryProgram, ExitCodeTellsTheWorst) {
  const std::string folder = TESSERA_HISTORIES;
  const std::string good = folder + "/good/sequential.jsonl";
  const std::string bad = folder + "/bad/stale_read.jsonl";
  const std::string writers = folder + "/good/many_concurrent_writers.jsonl";
  EXPECT_EQ(exit_code_of_program(good), 0);
  EXPECT_EQ(exit_code_of_program(good + " " + bad), 1);
  EXPECT_EQ(exit_code_of_program(good + " no-such-file " + bad), 2);
  EXPECT_EQ(exit_code_of_program(folder + "/CMakeLists.txt"), 2);
  EXPECT_EQ(exit_code_of_program("--memory 0 " + writers), 3);
  EXPECT_EQ(exit_code_of_program("--memory x " + good), 2);
  EXPECT_EQ(exit_code_of_program(""), 2);
}

}  // namespace
}  // namespace tessera::histories::testing
