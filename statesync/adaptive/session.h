#pragma once

#include <tessera/groups/catch_up.h>
#include <tessera/statesync/adaptive/message.h>
#include <tessera/statesync/nested_context.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

/// The session of the adaptive strategy: asks everybody what each part would cost, and has the
/// cheapest one's session do the work; if that fails, the next one's.
///
/// Owned by the member's core while it lags; called on its strand.
namespace tessera::adaptive {

class Session {
 public:
  /// What the part of this number has to say of the gap beside its positions.
  using Describe = std::function<Bytes(std::size_t part, SessionContext&)>;
  /// Makes the session of the part of this number.
  using Create = std::function<std::unique_ptr<CatchUpSession>(std::size_t part, SessionStart,
                                                               SessionContext&)>;
  struct Options {
    /// For each part: it can put another state in the place of one that has diverged.
    std::vector<bool> installs;
    Duration wait{};  ///< for answers
    Describe describe;
    Create create;
  };
  Session(Options options, SessionStart start, SessionContext& cx);
  Session(Session&&) = delete;
  Session& operator=(Session&&) = delete;

  /// See `CatchUpSession`.
  std::optional<Cursor> poll(SessionContext& cx);
  void receive(const Message& message, const PeerId& sender, SessionContext& cx);
  void buffer(Cursor preceding, std::vector<LogEntry> entries, SessionContext& cx);
  void entries_read(Index from, std::vector<LogEntry> entries, SessionContext& cx);
  void part_read(const storage::SnapshotPart& part, std::optional<Bytes> data, SessionContext& cx);

  /// Entries that came before a part was chosen: at most so many bytes are kept.
  static constexpr std::size_t live_bytes_max = std::size_t{64} << 20U;

 private:
  class Context;
  void ask(SessionContext& cx);
  void choose(SessionContext& cx);
  void begin_next(SessionContext& cx);
  [[nodiscard]] std::vector<std::size_t> cheapest_first(bool diverged) const;

  Options options_;
  SessionStart start_;
  std::vector<statesync::Wrap> wraps_;
  TimePoint next_at_{};  ///< when to choose
  std::map<PeerId, Offer> offers_;
  std::vector<std::size_t> order_;  ///< of the parts, once chosen
  std::size_t tried_ = 0;           ///< of these
  std::string failures_;            ///< of those, in words
  std::optional<std::string> failure_;
  std::unique_ptr<CatchUpSession> part_;  ///< of the part tried last
  std::size_t live_bytes_ = 0;            ///< in `start_`
};

}  // namespace tessera::adaptive
