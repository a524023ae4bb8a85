#pragma once

#include <tessera/groups/catch_up.h>
#include <tessera/groups/core/raft/raft.h>

#include <optional>
#include <set>
#include <string>
#include <vector>

/// What the catch-up side of a core may see and do of the rest of it. Implemented by `GroupCore`.
namespace tessera::core {

class SnapshotHost;

class CatchUpHost {
 public:
  /// Who asked for entries from the log.
  enum class Reader : std::uint8_t { provider, session };

  virtual ~CatchUpHost() = default;

  [[nodiscard]] virtual Raft* raft() = 0;
  [[nodiscard]] virtual Cursor applied() const = 0;
  [[nodiscard]] virtual Anchor anchor() const = 0;
  [[nodiscard]] virtual PeerId local_id() const = 0;
  [[nodiscard]] virtual GroupId group_id() const = 0;
  [[nodiscard]] virtual NetworkId network_id() const = 0;
  [[nodiscard]] virtual const BondsView& bonds() const = 0;
  [[nodiscard]] virtual TimePoint now() const = 0;
  [[nodiscard]] virtual Waker waker() = 0;
  virtual bool send_sync(const PeerId& peer, Bytes message) = 0;
  virtual void warn(const std::string& what) = 0;
  virtual void refused(const PeerId& peer, const std::string& what) = 0;
  virtual void read_for(Reader reader, Index from, std::size_t bytes_max) = 0;

  [[nodiscard]] virtual SnapshotHost& snapshots() = 0;

  [[nodiscard]] virtual bool is_majority(const Anchor& anchor,
                                         const std::set<PeerId>& peers) const = 0;
  virtual void state_diverged(const std::string& how) = 0;
  /// What was applied does not count, and nothing else is until a state has been installed.
  [[nodiscard]] virtual bool diverged() const = 0;

  /// A state is on its way to the store: the anchor is its own, the machine still the one before.
  [[nodiscard]] virtual bool installing() const = 0;
  /// Asks for the state `saved`, already loaded by the strategy, to be made durable and adopted.
  virtual Result<void> install(const Anchor& anchor, Bytes saved) = 0;
};

}  // namespace tessera::core
