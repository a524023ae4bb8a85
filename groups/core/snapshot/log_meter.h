#pragma once

#include <tessera/storage/cursor.h>

#include <cstddef>
#include <cstdint>
#include <deque>

/// How many bytes of entries lie between positions of the log, as far as they were applied in this
/// life; about, and in little memory.
namespace tessera::core {

class LogMeter {
 public:
  /// The entry at `index` was applied.
  void applied(Index index, std::size_t bytes);
  /// Nothing is known up to `index`.
  void restart() { marks_.clear(); }

  /// Bytes behind `index`.
  [[nodiscard]] std::uint64_t behind(Index index) const;
  /// The lowest position with no more than `bytes` behind it; 0 if there are not so many.
  [[nodiscard]] Index with_behind(std::uint64_t bytes) const;
  /// Bytes of all entries that were applied in this life.
  [[nodiscard]] std::uint64_t total() const { return total_; }
  /// Positions up to `index` will not be asked about any more.
  void forget(Index index);

 private:
  /// The bytes up to and including `index`.
  struct Mark {
    Index index;
    std::uint64_t total = 0;
  };
  std::deque<Mark> marks_;  ///< ascending
  std::uint64_t total_ = 0;
};

}  // namespace tessera::core
