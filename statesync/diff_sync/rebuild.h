#pragma once

#include <tessera/groups/anchor.h>
#include <tessera/groups/catch_up.h>
#include <tessera/primitives/result.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>

/// Makes a snapshot in the store of the state that a member's own will be with what it has fetched.
///
/// The state is read twice, in turns: what a snapshot consists of must be known before its first
/// part is stored. Owned by a session.
namespace tessera::diff_sync {

class Rebuild {
 public:
  /// `at`: what belongs to the state beside the machine.
  explicit Rebuild(Anchor at) : at_(std::move(at)) {}

  /// Reads the state that is to be stored, from its beginning; always the same.
  using Read = std::function<Result<std::unique_ptr<StateReader>>()>;
  /// Gets on. True once all of it is with the store, which may then install it. After an error it
  /// is to be given up.
  [[nodiscard]] Result<bool> work(const Read& read, SessionContext& cx);
  /// Bytes read so far.
  [[nodiscard]] std::uint64_t bytes() const { return bytes_; }

 private:
  [[nodiscard]] Result<void> end_of_reading(SessionContext& cx);

  Anchor at_;
  std::unique_ptr<StateReader> reader_;
  std::optional<Bytes> part_;      ///< read, and not yet with the store
  std::optional<Bytes> contents_;  ///< once it has been read for the first time
  std::uint32_t parts_ = 0;        ///< read this time
  std::uint64_t bytes_ = 0;
  bool whole_ = false;
};

}  // namespace tessera::diff_sync
