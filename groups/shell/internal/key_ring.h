#pragma once

#include <tessera/groups/group_key.h>

#include <mutex>
#include <utility>
#include <vector>

namespace tessera::shell {

/// Keys in the form proofs are made with, stretched once for each.
///
/// Owned by the node, callable from any thread that may compute for tenths of a second.
class KeyRing {
 public:
  explicit KeyRing(NetworkId network) : network_(network) {}

  [[nodiscard]] Result<GroupSecret> secret(const GroupKey& key) {
    // Held while stretching: whoever wants the same key meanwhile waits instead of doing it again,
    // and two keys are not stretched at once, at 64 MiB each.
    const std::scoped_lock lock(mutex_);
    for (const auto& [known, secret] : known_) {
      if (known == key) {
        return secret;
      }
    }
    auto stretched = key.stretch(network_);
    if (stretched) {
      known_.emplace_back(key, *stretched);
    }
    return stretched;
  }

 private:
  const NetworkId network_;
  std::mutex mutex_;
  std::vector<std::pair<GroupKey, GroupSecret>> known_;  // guarded by mutex_
};

}  // namespace tessera::shell
