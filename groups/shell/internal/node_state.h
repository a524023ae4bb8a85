#pragma once

#include <tessera/groups/shell/internal/key_ring.h>
#include <tessera/groups/shell/internal/link_table.h>
#include <tessera/groups/shell/internal/member_strand.h>
#include <tessera/groups/shell/internal/offload_threads.h>
#include <tessera/groups/shell/internal/space_watch.h>
#include <tessera/groups/shell/internal/vault.h>
#include <tessera/groups/shell/node.h>

#include <memory>
#include <mutex>
#include <optional>
#include <vector>

namespace tessera::shell {

/// What a node consists of. Members hold parts of it, never the whole; it ends with its `Node`.
class Node::State : public std::enable_shared_from_this<Node::State> {
 public:
  /// `threads` is absent if the user brings an executor for blocking work.
  State(NodeOptions options, std::shared_ptr<OffloadThreads> threads);
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State() = default;

  /// Opens the store, then the source of links. Blocks. Call once, first.
  Result<void> open();
  [[nodiscard]] std::shared_ptr<Member> join(JoinOptions options);
  Result<void> dial(const std::string& address) { return source_->dial({address, std::nullopt}); }
  [[nodiscard]] PeerId self() const { return identity_->peer(); }
  [[nodiscard]] std::vector<std::string> listen_addresses() const {
    return source_->listen_addresses();
  }
  [[nodiscard]] NodeStatus status() const;
  void stop();

 private:
  /// A group that is joined, or was and is closing.
  struct Joined {
    GroupKey key;
    UniqueId machine;
    UniqueId state_sync;
    std::type_index machine_type;
    std::weak_ptr<Member> handle;
    std::weak_ptr<MemberStrand> strand;
  };

  [[nodiscard]] MemberHome home(Durability durability);
  [[nodiscard]] static bool is_same_group(const Joined& joined, const JoinOptions& options);
  void store_failed(const Error& reason);
  void open_after(const std::shared_ptr<MemberStrand>& before,
                  const std::shared_ptr<MemberStrand>& strand);
  void log(LogLevel level, std::string message) const;
  [[nodiscard]] boost::asio::any_io_executor offload() const;
  void watch_space();
  void space(const std::optional<Error>& shortage);

  const NodeOptions options_;
  const std::shared_ptr<OffloadThreads> threads_;
  std::shared_ptr<const Signer> identity_;
  std::shared_ptr<LinkSource> source_;
  std::shared_ptr<Vault> vault_;
  std::shared_ptr<KeyRing> keys_;
  std::shared_ptr<LinkTable> links_;
  std::shared_ptr<SpaceWatch> space_;
  std::optional<Error> store_repaired_;

  mutable std::mutex mutex_;
  std::shared_ptr<Vault> memory_vault_;   // guarded by mutex_; of members that want no more
  std::vector<Joined> joined_;            // guarded by mutex_
  std::optional<Error> storage_failure_;  // guarded by mutex_
  std::optional<Error> disk_shortage_;    // guarded by mutex_
  bool stopped_ = false;                  // guarded by mutex_
};

}  // namespace tessera::shell
