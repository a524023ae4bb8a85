#include "raft_fixture.h"
#include <tessera/groups/core/raft/quorum.h>

namespace tessera::core {
namespace {

std::set<MemberId> these(std::initializer_list<int> numbers) {
  std::set<MemberId> members;
  for (const int number : numbers) members.insert(member(number));
  return members;
}

TEST(Quorum, IsMoreThanHalf) {
  EXPECT_EQ(majority_of(1), 1U);
  EXPECT_EQ(majority_of(2), 2U);
  EXPECT_EQ(majority_of(3), 2U);
  EXPECT_EQ(majority_of(4), 3U);
  EXPECT_EQ(majority_of(5), 3U);
}

TEST(Quorum, OfAnEvenNumberNeedsOneMoreThanHalf) {
  EXPECT_FALSE(has_quorum(voters(4), these({1, 2})));
  EXPECT_TRUE(has_quorum(voters(4), these({1, 2, 3})));
  EXPECT_FALSE(has_quorum(voters(2), these({1})));
}

TEST(Quorum, CountsVotersOnly) { EXPECT_FALSE(has_quorum(voters(3), these({1, 7, 8, 9}))); }

TEST(Quorum, OfNobodyIsNever) { EXPECT_FALSE(has_quorum(Configuration{}, these({1}))); }

TEST(Quorum, OfAJointConfigurationIsOneOfEachHalf) {
  Configuration joint;
  joint.voters = these({1, 2, 4});
  joint.voters_outgoing = these({1, 2, 3});
  EXPECT_TRUE(has_quorum(joint, these({1, 2})));
  EXPECT_FALSE(has_quorum(joint, these({1, 4})));  // two of the union, one of the old half
  EXPECT_FALSE(has_quorum(joint, these({1, 3})));
  EXPECT_TRUE(has_quorum(joint, these({1, 3, 4})));
}

TEST(Quorum, AgreedIndexIsTheLargestThatAMajorityReached) {
  const std::map<MemberId, Index> reached = {
      {member(1), Index{5}}, {member(2), Index{3}}, {member(3), Index{9}}, {member(4), Index{1}}};
  const auto of = [&](const MemberId& voter) { return reached.at(voter); };
  EXPECT_EQ(agreed_index(voters(1), of), Index{5});
  EXPECT_EQ(agreed_index(voters(2), of), Index{3});
  EXPECT_EQ(agreed_index(voters(3), of), Index{5});
  EXPECT_EQ(agreed_index(voters(4), of), Index{3});
  Configuration joint = voters(3);
  joint.voters_outgoing = these({2, 4});
  EXPECT_EQ(agreed_index(joint, of), Index{1});
}

}  // namespace
}  // namespace tessera::core
