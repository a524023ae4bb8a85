#include "linearizability.h"

#include <map>
#include <unordered_map>

namespace tessera::histories {
namespace {

using Kind = Operation::Kind;
using Outcome = Operation::Outcome;

/// The steps of one key, and the numbers of its values.
struct Track {
  std::vector<Step> steps;
  std::unordered_map<std::string, State> numbers;

  State number(const Value& value) {
    if (!value) return absent;
    return numbers.try_emplace(*value, static_cast<State>(numbers.size() + 1)).first->second;
  }
};

Step step_of(const Operation& operation, Track& track) {
  Step step;
  step.line = operation.line;
  step.call = operation.call;
  const bool answered = operation.outcome == Outcome::ok;
  if (answered) step.returned = operation.returned;
  const State value = track.number(operation.value);
  switch (operation.kind) {
    case Kind::get:
      step.need = Step::Need::equal;
      step.needed = value;
      break;
    case Kind::put:
      step.writes = true;
      step.written = value;
      break;
    case Kind::del:
      step.writes = true;
      break;
    case Kind::cas:
      // One that is unknown matters only if it did swap.
      step.need = !answered || operation.swapped ? Step::Need::equal : Step::Need::different;
      step.needed = track.number(operation.expected);
      step.written = value;
      step.writes = step.need == Step::Need::equal && step.written != step.needed;
      break;
  }
  return step;
}

bool matters(const Operation& operation) {
  if (operation.outcome == Outcome::fail) return false;
  return operation.outcome == Outcome::ok || operation.kind != Kind::get;
}

}  // namespace

Judgement judge(const History& history, std::size_t bytes_max) {
  std::map<std::string, Track> tracks;
  for (const Operation& operation : history) {
    Track& track = tracks[operation.key];
    if (matters(operation)) track.steps.push_back(step_of(operation, track));
  }
  Judgement judgement;
  judgement.operations = history.size();
  judgement.keys = tracks.size();
  for (const auto& [key, track] : tracks) {
    KeySearch search(track.steps, bytes_max);
    const Verdict verdict = search.run();
    judgement.configurations += search.configurations();
    if (verdict == Verdict::linearizable) continue;
    if (judgement.verdict == Verdict::linearizable || verdict == Verdict::not_linearizable) {
      judgement.verdict = verdict;
      judgement.key = key;
      judgement.line = search.stuck_line();
    }
    if (verdict == Verdict::not_linearizable) break;
  }
  return judgement;
}

}  // namespace tessera::histories
