#pragma once

#include <cstdint>
#include <string>
#include <vector>

/// What one member's strategy was seen to do, over all lives of the member. Written by `Member`,
/// owned by the stage. A value.
namespace tessera::conformance {

struct Diary {
  std::uint64_t sessions = 0;    ///< opened
  std::uint64_t finished = 0;    ///< those that said they were done
  std::uint64_t steps = 0;       ///< calls of sessions
  std::uint64_t received = 0;    ///< messages that sessions were given
  std::uint64_t sent = 0;        ///< messages, by sessions and the provider
  std::uint64_t sent_bytes = 0;  ///< of them
  std::uint64_t installed = 0;
  /// What no strategy may do, in words.
  std::vector<std::string> wrongs;
  /// What a strategy may find hard to do but has to do: entries that continued its log when it was
  /// done, and were not appended.
  std::uint64_t left_behind = 0;

  void wrong(std::string what) {
    if (wrongs.size() < wrongs_max) wrongs.push_back(std::move(what));
  }
  static constexpr std::size_t wrongs_max = 4;
};

}  // namespace tessera::conformance
