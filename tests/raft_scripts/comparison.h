#pragma once

#include "facts.h"

#include <tuple>

/// Compares what a directive was expected to bring about with what it did. What is left out, and
/// why, is told in the README.
namespace tessera::raft_scripts {

/// Remembers what was said before, so that a repetition can be told from news.
class Comparison {
 public:
  /// What differs; empty if nothing does. Both belong to the same directive; call it for each
  /// directive in order, also for those whose expected output is not shown.
  [[nodiscard]] std::string differences(const Facts& expected, const Facts& found);

 private:
  using Pair = std::tuple<int, int, std::uint64_t>;  ///< from, to, term
  /// What has been said on each way.
  struct Said {
    std::map<Pair, std::uint64_t> commit;
    std::map<Pair, std::uint64_t> acknowledged;
  };
  using Streams = std::map<std::string, std::vector<ScriptMessage>>;

  /// The messages of each way and type, without repetitions and however they were batched.
  static Streams streams_of(const std::vector<ScriptMessage>& messages, Said& said);
  struct Messages {
    const std::vector<ScriptMessage>& expected;
    const std::vector<ScriptMessage>& found;
    std::string_view where;
  };
  static std::string compare(const Messages& messages, Said& said);

  Said sent_;
  Said received_;
};

}  // namespace tessera::raft_scripts
