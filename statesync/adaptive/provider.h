#pragma once

#include <tessera/groups/catch_up.h>
#include <tessera/statesync/adaptive/message.h>
#include <tessera/statesync/nested_context.h>

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <vector>

/// The provider of the adaptive strategy: those of all parts side by side, and what each would
/// cost.
///
/// Owned by the member's core for the member's life; called on its strand.
namespace tessera::adaptive {

class Provider {
 public:
  /// What the part of this number would cost.
  using EstimateOf = std::function<Estimate(std::size_t part, const SyncGap&, ProviderContext&)>;
  /// Makes the provider of the part of this number.
  using Create =
      std::function<std::unique_ptr<CatchUpProvider>(std::size_t part, ProviderContext&)>;
  struct Options {
    std::size_t parts = 0;
    EstimateOf estimate;
    Create create;
  };
  Provider(Options options, ProviderContext& cx);
  Provider(Provider&&) = delete;
  Provider& operator=(Provider&&) = delete;

  /// See `CatchUpProvider`.
  std::optional<Message> receive(Message message, const PeerId& sender, ProviderContext& cx);
  bool poll(ProviderContext& cx);
  void committed(Cursor position, ProviderContext& cx);
  void marker(Cursor position, const Bytes& marker, ProviderContext& cx);
  void entries_read(Index from, std::vector<LogEntry> entries, ProviderContext& cx);
  void part_read(const storage::SnapshotPart& part, const std::optional<Bytes>& data,
                 ProviderContext& cx);
  /// The largest that a part says: that part alone could bring anybody up to date without the
  /// entries before, and a session comes to every part before it gives up.
  [[nodiscard]] std::optional<Index> safe_to_prune(ProviderContext& cx) const;

 private:
  class Context;
  [[nodiscard]] Offer offer(const Ask& ask, ProviderContext& cx) const;

  Options options_;
  std::vector<statesync::Wrap> wraps_;
  std::vector<std::unique_ptr<CatchUpProvider>> parts_;
  std::multimap<Index, std::size_t> reading_;  ///< from where, and the part that has asked
};

/// Makes messages of the part of this number messages of the whole.
[[nodiscard]] statesync::Wrap wrap_of(std::size_t part);

}  // namespace tessera::adaptive
