#include <tessera/runtime/conditions.h>

#include <boost/asio/error.hpp>

#include <mutex>
#include <optional>
#include <utility>

namespace tessera {
namespace {

/// One wait: completes exactly once, from a status or from a cancellation.
class Wait {
 public:
  Wait(std::weak_ptr<shell::Member> member, runtime::Finish<> finish)
      : member_(std::move(member)), finish_(std::move(finish)) {}

  void watching(shell::Member::WatchId watch) {
    {
      const std::lock_guard lock(mutex_);
      watch_ = watch;
      if (finish_) return;
    }
    unwatch(watch);
  }

  void complete(boost::system::error_code error) {
    runtime::Finish<> finish;
    std::optional<shell::Member::WatchId> watch;
    {
      const std::lock_guard lock(mutex_);
      finish = std::exchange(finish_, nullptr);
      watch = watch_;
    }
    if (!finish) return;
    if (watch) unwatch(*watch);
    finish(error);
  }

 private:
  /// Without the lock: on the member's strand it takes effect before it returns.
  void unwatch(shell::Member::WatchId watch) {
    if (const auto member = member_.lock()) member->unwatch(watch);
  }

  const std::weak_ptr<shell::Member> member_;
  std::mutex mutex_;
  runtime::Finish<> finish_;                     // guarded by mutex_; none once completed
  std::optional<shell::Member::WatchId> watch_;  // guarded by mutex_
};

/// Why nothing will ever be true of the group again, if so.
std::optional<boost::system::error_code> ended(const shell::MemberStatus& status) {
  if (status.core.role == core::Role::stopped && status.problem && !status.closed) {
    return status.problem->code();
  }
  if (status.closed) return make_error_code(boost::asio::error::operation_aborted);
  return std::nullopt;
}

}  // namespace

GroupStatus Conditions::status() const { return runtime::describe(group_->member->status()); }

runtime::Cancel Conditions::begin(const runtime::GroupHandle& group, Predicate predicate,
                                  runtime::Finish<> finish) {
  const std::weak_ptr<shell::Member> member = group.member;
  auto wait = std::make_shared<Wait>(member, std::move(finish));
  const auto watch = group.member->watch(
      [wait, predicate = std::move(predicate)](const shell::MemberStatus& status) {
        if (const auto error = ended(status)) {
          wait->complete(*error);
        } else if (predicate(runtime::describe(status))) {
          wait->complete({});
        }
      });
  wait->watching(watch);
  return [weak = std::weak_ptr(wait)] {
    const auto held = weak.lock();
    if (held) held->complete(make_error_code(boost::asio::error::operation_aborted));
  };
}

}  // namespace tessera
