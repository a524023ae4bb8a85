#pragma once

#include <tessera/statesync/log_replay/term_runs.h>
#include <tessera/storage/cursor.h>
#include <tessera/storage/raw_entry.h>

#include <cstdint>
#include <variant>
#include <vector>

/// What sessions and providers of log replay say to each other. Plain values.
namespace tessera::log_replay {

/// Indices `first` to `last`, both included.
struct IndexRange {
  Index first;
  Index last;

  bool operator==(const IndexRange&) const = default;

  template <class Archive>
  void serialize(Archive& archive) {
    archive(first, last);
  }
};

/// Session to provider: what can you serve, and in which terms are these entries?
struct Ask {
  IndexRange range;
  Cursor target{};  ///< the committed position that the session must reach

  template <class Archive>
  void serialize(Archive& archive) {
    archive(range, target);
  }
};

/// What a provider holds and the session may have: entries above `base`, up to `committed`. That is
/// what the provider knows to be committed, or the session's target if it holds exactly that: a
/// leader that has just been elected may need the asking member before it knows as much.
struct Held {
  Cursor base;
  Cursor committed;

  template <class Archive>
  void serialize(Archive& archive) {
    archive(base, committed);
  }
};

/// The answer to `Ask`.
struct Offer {
  Held held;
  /// Of the committed part of what was asked, as far as the bound on runs allows.
  TermRuns terms;

  template <class Archive>
  void serialize(Archive& archive) {
    archive(held, terms);
  }
};

/// Session to provider: send me these, from the first on, until `bytes_max`.
struct Fetch {
  std::uint64_t request = 0;
  IndexRange range;
  std::uint64_t bytes_max = 0;
  Cursor target{};  ///< as in `Ask`

  template <class Archive>
  void serialize(Archive& archive) {
    archive(request, range, bytes_max, target);
  }
};

/// The answer to `Fetch`: entries from the first asked for on, one at least, without a gap.
struct Chunk {
  std::uint64_t request = 0;
  Held held;
  Cursor preceding;
  std::vector<RawEntry> entries;

  template <class Archive>
  void serialize(Archive& archive) {
    archive(request, held, preceding, entries);
  }
};

/// The other answer to `Fetch`.
struct Refusal {
  enum class Reason : std::uint8_t {
    gone,   ///< pruned here
    ahead,  ///< not known to be committed here
    busy,   ///< too much is waiting here; ask for less
  };
  std::uint64_t request = 0;
  Held held;
  Reason reason = Reason::busy;

  template <class Archive>
  void serialize(Archive& archive) {
    archive(request, held, reason);
  }
};

struct Message {
  /// Of the asking session; answers repeat it, so that those to an earlier one are known.
  std::uint64_t session = 0;
  std::variant<Ask, Offer, Fetch, Chunk, Refusal> body;

  template <class Archive>
  void serialize(Archive& archive) {
    archive(session, body);
  }
};

}  // namespace tessera::log_replay
