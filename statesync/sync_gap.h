#pragma once

#include <tessera/primitives/bytes.h>
#include <tessera/statesync/contexts.h>
#include <tessera/storage/cursor.h>

#include <concepts>
#include <cstdint>
#include <optional>

/// What `Adaptive` asks of the strategies that it chooses from: what closing a gap would cost.
///
/// Both functions are a strategy's choice, and found by the compiler:
///
///     // On a member that could serve: about how many bytes it would take. Nothing: not from here.
///     std::optional<std::uint64_t> estimate(const SyncGap&, SyncProviderContext<S>&) const;
///     // On the member that lags: what `estimate` has to know beside the positions, encoded.
///     Bytes describe_gap(SyncSessionContext<S>&) const;
namespace tessera {

/// Where a member stands that lags, and where it must get.
struct SyncGap {
  Cursor committed;  ///< how far its log is
  Cursor target;     ///< a committed position
  Bytes details;     ///< what its strategy's `describe_gap` says

  template <class Archive>
  void serialize(Archive& archive) {
    archive(committed, target, details);
  }
};

/// Strategies that can say what they would cost.
template <class S>
concept EstimatesGaps = requires(const S& sync, const SyncGap& gap, SyncProviderContext<S>& cx) {
  { sync.estimate(gap, cx) } -> std::same_as<std::optional<std::uint64_t>>;
};

template <class S>
concept DescribesGaps = requires(const S& sync, SyncSessionContext<S>& cx) {
  { sync.describe_gap(cx) } -> std::same_as<Bytes>;
};

namespace statesync {

/// Bytes of the log that lie within the gap, about; nothing if this member cannot serve them.
[[nodiscard]] std::optional<std::uint64_t> log_bytes_of(const SyncGap& gap, ProviderContext& cx);

}  // namespace statesync

}  // namespace tessera
