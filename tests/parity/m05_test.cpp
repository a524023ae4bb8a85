#include "fenced_members.h"

/// Two isolated parts of a group that meet again.
namespace tessera::tests {
namespace {

class Rivals : public FencedMembers {
 protected:
  Rivals() : FencedMembers({"a", "b", "c", "d", "e"}) {}
};

TEST_F(Rivals, M05_TheMinorityCommitsNothingAndNothingIsLostWhenTheyMeetAgain) {
  const std::string old = leader_among(all_but(""));
  const std::string follower = old == "a" ? "b" : "a";
  const std::int64_t before = write(at(old));
  ASSERT_TRUE(comes_true([&] { return summary(at(follower), Consistency::weak).sum == before; }));
  fence(old).raise();
  fence(follower).raise();
  // Either leads or follows somebody who cannot commit: what they are told stays uncommitted.
  auto lost = at(old).execute(Journal::Line{"rival", 1}, use_future);
  std::set<std::string> majority = all_but(old);
  majority.erase(follower);
  const std::string next = leader_among(majority);
  std::int64_t written = before;
  for (int count = 0; count < 5; ++count) written = write(at(next));
  EXPECT_EQ(summary(at(old), Consistency::weak).sum, before);
  EXPECT_EQ(summary(at(follower), Consistency::weak).sum, before);
  EXPECT_TRUE(error_of(std::move(lost))) << "a minority cannot commit";

  fence(old).lower();
  fence(follower).lower();
  for (const auto& [name, member] : members_) wait_online(*member.group);
  const std::string leader = leader_among(all_but(""));
  written = write(at(leader));
  Journal::Summary held = summary(at(leader), Consistency::strong);
  EXPECT_GE(held.sum, written);
  for (const auto& [name, member] : members_) {
    EXPECT_EQ(summary(*member.group, Consistency::strong), held) << name;
    EXPECT_EQ(member.group->leader(), at(leader).status().self) << name;
  }
}

}  // namespace
}  // namespace tessera::tests
