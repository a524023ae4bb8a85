#pragma once

#include <tessera/groups/core/admin/admin_messages.h>
#include <tessera/groups/core/membership/plan.h>
#include <tessera/groups/core/raft/raft.h>

#include <cstddef>
#include <optional>
#include <set>
#include <vector>

/// The leader's side of admin operations: takes what members ask and answers each when what it
/// asked for is committed, or cannot be. One change is under way at a time.
///
/// It keeps nothing over a loss of leadership: who asked asks the next leader. Owned by
/// `GroupCore`.
namespace tessera::core {

class AdminDesk {
 public:
  static constexpr std::size_t waiting_max = 256;
  /// Askers repeat themselves every election timeout; who has not for so many has given up.
  static constexpr int timeouts_kept = 5;

  /// Takes a request; one that waits already stays where it is.
  void receive(TimePoint now, const PeerId& asker, const AdminRequest& request);

  struct Answer {
    PeerId to;
    AdminResponse response;
  };
  /// Gets on with what waits. Only while `raft` leads.
  [[nodiscard]] std::vector<Answer> work(TimePoint now, Raft& raft, const MembershipView& view);

  [[nodiscard]] bool empty() const { return waiting_.empty(); }

  /// Members that are being removed, or were and are still bonded: nobody adds them again.
  [[nodiscard]] const std::set<PeerId>& leaving() const { return leaving_; }
  /// Those removed since the last call, to be told.
  [[nodiscard]] std::vector<PeerId> take_removed();
  void bond_down(const PeerId& peer) { leaving_.erase(peer); }
  /// This member does not lead any more.
  void clear();

 private:
  struct Waiting {
    PeerId asker;
    AdminRequest request;
    TimePoint asked;  ///< for the last time
  };
  /// What became of a request in one look at it.
  struct Outcome {
    bool finished = false;
    std::optional<Error> error;
  };

  Outcome advance(TimePoint now, Raft& raft, const MembershipView& view, const AdminAction& action);
  Outcome remove(TimePoint now, Raft& raft, const MembershipView& view, const PeerId& peer);
  static Outcome promote(TimePoint now, Raft& raft, const MembershipView& view, const PeerId& peer);
  static Outcome demote(TimePoint now, Raft& raft, const MembershipView& view, const PeerId& peer);
  static Outcome transfer(TimePoint now, Raft& raft, const MembershipView& view,
                          const PeerId& peer);
  static Outcome configure(TimePoint now, Raft& raft, const MembershipView& view,
                           const GroupSettings& settings);

  std::vector<Waiting> waiting_;
  std::set<PeerId> leaving_;
  std::vector<PeerId> removed_;
};

}  // namespace tessera::core
