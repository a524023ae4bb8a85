#include <tessera/groups/shell/internal/member_strand.h>

#include <boost/asio/post.hpp>

#include <utility>

// How a member ends: closed, abandoned or gone for good.

namespace tessera::shell {

void MemberStrand::close(std::function<void()> closed) {
  const bool again = closing_.exchange(true);
  post([closed = std::move(closed), again](MemberStrand& self) mutable {
    if (closed) {
      self.closed_.push_back(std::move(closed));
    }
    if (again || !self.hand_over()) {
      self.finish_closing();
    }
  });
}

void MemberStrand::abandon() {
  closing_ = true;
  post([](MemberStrand& self) { self.finish_closing(); });
}

bool MemberStrand::hand_over() {
  if (ended_ || !core_) {
    return false;
  }
  bool begun = false;
  Duration patience{};
  call_core([&](core::GroupCore& core, TimePoint now) {
    begun = core.hand_over(now);
    patience = core.status().settings.election_timeout;
  });
  if (!begun) {
    return false;
  }
  hand_over_until_ = now() + patience;
  follow_up();
  return true;
}

void MemberStrand::finish_closing() {
  hand_over_until_.reset();
  stop_now({Errc::group_closed, "the group has been closed"});
  publish();
  for (auto& closed : std::exchange(closed_, {})) {
    // What was submitted before is durable once the writer comes to this. The member may be gone
    // by then; whoever waits for it is not.
    const auto done = [strand = strand_, closed](storage::Store&) {
      boost::asio::post(strand, closed);
    };
    if (!home_.vault->run_in_order(done)) {
      closed();
    }
  }
}

void MemberStrand::leave(std::function<void(std::optional<Error>)> left) {
  core::AdminAction action;
  action.kind = core::AdminAction::Kind::remove;
  action.peer = home_.identity->peer();
  // The strand lives on until the answer: whoever leaves may let go of the handle meanwhile.
  auto answered = [self = shared_from_this(), left = std::move(left)](const core::Reply& reply) {
    if (reply.error && !reply.error->is(Errc::removed)) {
      left(reply.error);
      return;
    }
    self->closing_ = true;
    self->closed_.push_back([left] { left(std::nullopt); });
    // Behind everything that was written, and before a later join reads.
    self->post([](MemberStrand& member) {
      member.stop_now({Errc::group_closed, "this member has left the group"});
      member.home_.vault->run_in_order([group = member.group_, log = member.home_.log,
                                        component = member.component_](storage::Store& store) {
        const auto erased = store.log().erase(group);
        if (!erased && log) {
          log({LogLevel::error, component,
               "the data of a group that was left could not be deleted: " +
                   erased.error().message()});
        }
      });
      member.finish_closing();
    });
  };
  begin({Operation::Kind::admin, Bytes(), Consistency::weak, OnFull::wait, std::move(answered),
         std::move(action)});
}

}  // namespace tessera::shell
