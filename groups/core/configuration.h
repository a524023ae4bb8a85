#pragma once

#include <tessera/primitives/bytes.h>
#include <tessera/primitives/result.h>
#include <tessera/storage/member_id.h>

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

  [[nodiscard]] bool joint() const { return !voters_outgoing.empty(); }
  [[nodiscard]] bool is_voter(const MemberId& member) const {
    return voters.contains(member) || voters_outgoing.contains(member);
  }
  [[nodiscard]] bool contains(const MemberId& member) const {
    return is_voter(member) || learners.contains(member);
  }
  /// Everybody, ascending.
  [[nodiscard]] std::set<MemberId> members() const;

  /// `malformed` if there is no voter or a learner votes.
  [[nodiscard]] Result<void> validate() const;

  bool operator==(const Configuration&) const = default;

  template <class Archive>
  void serialize(Archive& archive) {
    archive(voters, voters_outgoing, learners);
  }
};

}  // namespace tessera::core
