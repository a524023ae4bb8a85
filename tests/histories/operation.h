#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

/// What clients of a replicated map asked for and were told; docs/history-format.md says how it is
/// written down. Plain values.
namespace tessera::histories {

/// What a key holds; nothing: it is absent. Every key is absent when a history begins.
using Value = std::optional<std::string>;

struct Operation {
  enum class Kind : std::uint8_t { get, put, del, cas };
  enum class Outcome : std::uint8_t {
    ok,       ///< it happened between call and return, and was answered
    fail,     ///< it certainly did not happen, and never will
    unknown,  ///< it may have happened, or may still at any later time
  };

  Kind kind = Kind::get;
  Outcome outcome = Outcome::unknown;
  std::string key;
  Value value;           ///< what `get` read, `put` set, or `cas` wanted to set
  Value expected;        ///< what `cas` compared with
  bool swapped = false;  ///< whether `cas` found what it expected; known only if `ok`
  std::uint64_t call = 0;
  std::uint64_t returned = 0;  ///< known only if `ok`; not before `call`
  std::size_t line = 0;        ///< of the file, from 1
};

using History = std::vector<Operation>;

}  // namespace tessera::histories
