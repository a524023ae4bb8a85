#include "brute_force.h"

#include <algorithm>
#include <map>

namespace tessera::histories::testing {
namespace {

using Kind = Operation::Kind;
using Outcome = Operation::Outcome;
using Content = std::map<std::string, Value>;

/// Lets `operation` happen; false if it could not have had its answer then.
bool apply(const Operation& operation, Content& content) {
  const bool answered = operation.outcome == Outcome::ok;
  Value& held = content[operation.key];
  switch (operation.kind) {
    case Kind::get:
      return !answered || held == operation.value;
    case Kind::put:
      held = operation.value;
      return true;
    case Kind::del:
      held = std::nullopt;
      return true;
    case Kind::cas: {
      const bool swaps = held == operation.expected;
      if (swaps) held = operation.value;
      return !answered || swaps == operation.swapped;
    }
  }
  return false;
}

bool search(const History& left, const Content& content) {
  const auto answered = [](const Operation& each) { return each.outcome == Outcome::ok; };
  if (std::none_of(left.begin(), left.end(), answered)) return true;
  for (std::size_t next = 0; next < left.size(); ++next) {
    const bool too_early = std::any_of(left.begin(), left.end(), [&](const Operation& other) {
      return answered(other) && other.returned < left[next].call;
    });
    Content after = content;
    if (too_early || !apply(left[next], after)) continue;
    History rest = left;
    rest.erase(rest.begin() + static_cast<std::ptrdiff_t>(next));
    if (search(rest, after)) return true;
  }
  return false;
}

}  // namespace

bool linearizable_by_definition(const History& history) {
  History possible = history;
  std::erase_if(possible, [](const Operation& each) { return each.outcome == Outcome::fail; });
  return search(possible, {});
}

}  // namespace tessera::histories::testing
