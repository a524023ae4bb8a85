#pragma once

#include "key_search.h"
#include "operation.h"

#include <cstddef>
#include <string>

/// Whether a history could have come from one map that does one operation after the other, each at
/// one moment between its call and its return.
namespace tessera::histories {

struct Judgement {
  Verdict verdict = Verdict::linearizable;
  std::string key;       ///< unless `linearizable`: the first key that is not
  std::size_t line = 0;  ///< if `not_linearizable`: an operation that fits into no order
  std::size_t operations = 0;
  std::size_t keys = 0;
  std::size_t configurations = 0;  ///< that were looked at, of all keys
};

constexpr std::size_t default_bytes_max = std::size_t{512} << 20U;

/// Keys are independent of each other, so each is judged by itself: a history is linearizable if it
/// is for each key. One key that is not outweighs any number of undecided ones. The search for one
/// key takes `bytes_max` bytes at most, roughly.
[[nodiscard]] Judgement judge(const History& history, std::size_t bytes_max = default_bytes_max);

}  // namespace tessera::histories
