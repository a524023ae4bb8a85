#pragma once

#include <tessera/primitives/bytes.h>
#include <tessera/primitives/result.h>
#include <tessera/storage/member_id.h>
#include <tessera/storage/raw_entry.h>

#include <set>

/// Who a group's members are, at one position of its log.
///
/// A function of log and snapshot only: the newest membership entry a member holds is in force,
/// committed or not (thesis, 4.1). Always a whole configuration, never a difference. A value.
namespace tessera::core {

struct Configuration {
  std::set<MemberId> voters;
  /// The voters before the change under way (thesis, 4.3); empty unless joint. While it is not,
  /// every decision needs a majority of both sets.
  std::set<MemberId> voters_outgoing;
  /// Receive everything and count nowhere. Disjoint from both sets of voters.
  std::set<MemberId> learners;
  /// Outgoing voters that stay as learners once the change is over.
  std::set<MemberId> learners_next;
  /// Learners that stay such until somebody promotes them.
  std::set<MemberId> held_back;
  /// Log time of the last replacement of a silent voter, so that every leader paces the next.
  LogTime replaced_at{0};

  [[nodiscard]] bool joint() const { return !voters_outgoing.empty(); }
  [[nodiscard]] bool is_voter(const MemberId& member) const {
    return voters.contains(member) || voters_outgoing.contains(member);
  }
  [[nodiscard]] bool contains(const MemberId& member) const {
    return is_voter(member) || learners.contains(member);
  }
  /// Everybody, ascending.
  [[nodiscard]] std::set<MemberId> members() const;

  /// The configuration on the way from this one to `next`, neither of them joint (thesis, 4.3):
  /// `next` itself if the voters stay the same.
  [[nodiscard]] Configuration joint_with(const Configuration& next) const;
  /// What follows this one, which is joint.
  [[nodiscard]] Configuration after_joint() const;

  /// `malformed` if there is no voter, a learner votes, or nobody can become a learner next.
  [[nodiscard]] Result<void> validate() const;

  bool operator==(const Configuration&) const = default;

  template <class Archive>
  void serialize(Archive& archive) {
    archive(voters, voters_outgoing, learners, learners_next, held_back, replaced_at);
  }
};

}  // namespace tessera::core
