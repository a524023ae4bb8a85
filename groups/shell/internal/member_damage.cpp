#include <tessera/groups/shell/internal/link_table.h>
#include <tessera/groups/shell/internal/member_strand.h>
#include <tessera/groups/shell/internal/open_record.h>

#include <utility>

// What a member does when the store brings what fails its checks: its core ends, and another one
// begins without that data (docs/decisions/0109).

namespace tessera::shell {
namespace {

/// A disk that damages what has just been fetched is not worth fetching it for once more.
constexpr std::uint64_t cores_max = 4;

}  // namespace

void MemberStrand::ended_by_itself(const Error& reason) {
  if (ended_ || !core_ || core_->status().role != core::Role::stopped) {
    return;
  }
  if (reason.is(Errc::damaged)) {
    start_over(reason);
  } else {
    stop_now(reason);
  }
}

void MemberStrand::start_over(const Error& reason) {
  if (ended_ || !core_) {
    return;
  }
  if (cores_ >= cores_max || closing_) {
    stop_now(reason);
    return;
  }
  core_->stop(now(), reason);
  core::Effects last = core_->take_effects();
  core_.reset();
  damage_ = reason;
  wanted_.reset();
  work_pending_ = false;
  hand_over_until_.reset();
  held_.clear();
  bonds_.clear();
  if (const auto links = home_.links.lock(); links && entered_) {
    entered_ = false;
    // What the table posts until then belongs to bonds that have ended.
    ++rebonds_under_way_;
    links->leave(group_, reason, [self = shared_from_this()] { self->rebonded(); });
  }
  for (core::Reply& reply : last.replies) {
    requests_.answer(std::move(reply));
  }
  publish();
  // Behind everything that the core before this one had written.
  home_.vault->run_in_order(
      [group = group_, reason, weak = weak_from_this()](storage::Store& store) {
        auto noted = note_damage(store, group, reason);
        const auto self = weak.lock();
        if (!noted && self) {
          self->store_failed(noted.error());
        }
      });
  open();
}

void MemberStrand::give_up_data() {
  home_.vault->run_in_order([group = group_, weak = weak_from_this()](storage::Store& store) {
    auto erased = store.log().erase(group);
    const auto self = weak.lock();
    if (!erased && self) {
      self->store_failed(erased.error());
    }
  });
}

void MemberStrand::space(std::optional<Error> shortage) {
  post([shortage = std::move(shortage)](MemberStrand& self) mutable {
    self.shortage_ = std::move(shortage);
    self.step([&self](core::GroupCore& core, TimePoint now) { core.space(now, self.shortage_); });
  });
}

}  // namespace tessera::shell
