#include <tessera/groups/shell/internal/status_board.h>

#include <utility>
#include <vector>

namespace tessera::shell {

MemberStatus StatusBoard::read() const {
  const std::scoped_lock lock(mutex_);
  return status_;
}

void StatusBoard::publish(MemberStatus status) {
  {
    const std::scoped_lock lock(mutex_);
    status_ = std::move(status);
  }
  // A watcher may remove itself or another while it is told, or publish again.
  std::vector<Member::WatchId> ids;
  ids.reserve(watchers_.size());
  for (const auto& [id, watcher] : watchers_) {
    ids.push_back(id);
  }
  for (const Member::WatchId id : ids) {
    const auto found = watchers_.find(id);
    if (found != watchers_.end()) {
      const Member::Watcher watcher = found->second;
      watcher(status_);
    }
  }
}

void StatusBoard::add(Member::WatchId id, Member::Watcher watcher) {
  const auto [added, fresh] = watchers_.insert_or_assign(id, std::move(watcher));
  const Member::Watcher first = added->second;
  first(status_);
}

void StatusBoard::remove(Member::WatchId id) { watchers_.erase(id); }

}  // namespace tessera::shell
