#include "bonds_fixture.h"
#include <tessera/groups/core/bonds/bond_messages.h>
#include <tessera/groups/core/bonds/bond_proofs.h>
#include <tessera/primitives/random.h>

/// The four steps between two honest nodes.
namespace tessera::core {
namespace {

using Bonds = LinkBondsTest;

const Error reason{Errc::genesis_conflict, "another genesis"};

TEST_F(Bonds, ASharedGroupBondsAndBothHearTheOthersHello) {
  const TestGroup group(1);
  a.add(group);
  b.add(group);
  start();
  ASSERT_TRUE(a.bonded(group));
  ASSERT_TRUE(b.bonded(group));
  EXPECT_EQ(a.standing.at(group.id()).hello.text(), "hello from " + b.name);
  EXPECT_EQ(b.standing.at(group.id()).hello.text(), "hello from " + a.name);
  EXPECT_EQ(a.standing.at(group.id()).send_slot, b.standing.at(group.id()).receive_slot);
  EXPECT_EQ(b.standing.at(group.id()).send_slot, a.standing.at(group.id()).receive_slot);
  EXPECT_TRUE(a.bonds.key_proven(group.id()));
}

TEST_F(Bonds, TheWrongKeyGetsNoFurtherThanTags) {
  a.add(TestGroup(1));
  b.add(TestGroup(2));
  a.bonds.start();
  b.bonds.start();
  a.take();
  b.take();
  ASSERT_EQ(a.out.size(), 1);
  run();
  EXPECT_TRUE(a.out.empty());
  EXPECT_EQ(a.all<KeyUnmatched>().size(), 1);
  EXPECT_EQ(b.all<KeyUnmatched>().size(), 1);
  EXPECT_TRUE(a.standing.empty());
  EXPECT_TRUE(a.all<GroupMismatch>().empty()) << "a stranger learns nothing of the components";
  EXPECT_FALSE(a.bonds.key_proven(TestGroup(1).id()));
}

TEST_F(Bonds, TagsComeInMultiplesOfSixteenWhateverTheNumberOfKeys) {
  for (const std::size_t keys : {0U, 1U, 15U, 16U, 17U}) {
    TestEnd end{ends("a", "b", "link")};
    for (std::size_t key = 0; key < keys; ++key) {
      end.add(TestGroup(static_cast<std::uint8_t>(key + 1)));
    }
    end.bonds.start();
    end.take();
    ASSERT_EQ(end.out.size(), 1);
    const auto message = decode_bond_message(end.out.front());
    ASSERT_TRUE(message);
    EXPECT_EQ(std::get<BondTags>(*message).tags.size(), keys == 17 ? 32 : 16) << keys;
  }
}

TEST_F(Bonds, EachDifferingComponentIsNamedOnBothSidesWithTheirOwnValue) {
  const TestGroup group(1);
  TestGroup machine = group;
  machine.components.machine = UniqueId::from("another machine");
  TestGroup state_sync = group;
  state_sync.components.state_sync = UniqueId::from("chunks of another size");
  TestGroup network = group;
  network.components.network = NetworkId(UniqueId::from("another network"));
  TestGroup protocol = group;
  protocol.components.protocol = "tessera/2";
  const std::map<std::string, TestGroup> others{{"state machine", machine},
                                                {"state-sync settings", state_sync},
                                                {"network", network},
                                                {"protocol", protocol}};
  for (const auto& [name, other] : others) {
    TestEnd one{ends("a", "b", name)};
    TestEnd two{ends("b", "a", name)};
    one.add(group);
    two.add(other);
    one.bonds.start();
    two.bonds.start();
    one.take();
    two.take();
    while (!one.out.empty() || !two.out.empty()) {
      deliver(one, two);
      deliver(two, one);
    }
    EXPECT_TRUE(one.standing.empty());
    for (const TestEnd* end : {&one, &two}) {
      const auto mismatches = end->all<GroupMismatch>();
      ASSERT_EQ(mismatches.size(), 1) << name;
      ASSERT_EQ(mismatches[0].differing.size(), 1) << name;
      EXPECT_EQ(mismatches[0].differing[0].name, name);
      EXPECT_NE(mismatches[0].explanation().find(name), std::string::npos);
    }
    EXPECT_NE(one.all<GroupMismatch>()[0].differing[0].value,
              two.all<GroupMismatch>()[0].differing[0].value);
    EXPECT_TRUE(one.all<HelloWanted>().empty());
  }
}

TEST_F(Bonds, AllDifferingComponentsAreNamed) {
  const TestGroup group(1);
  TestGroup other = group;
  other.components.machine = UniqueId::from("another machine");
  other.components.state_sync = UniqueId::from("other settings");
  a.add(group);
  b.add(other);
  start();
  ASSERT_EQ(a.all<GroupMismatch>().size(), 1);
  EXPECT_EQ(a.all<GroupMismatch>()[0].differing.size(), 2);
}

TEST_F(Bonds, OverlappingGroupsBondWhereBothHaveThem) {
  const TestGroup shared(1);
  const TestGroup only_a(2);
  const TestGroup only_b(3);
  const TestGroup also_shared(4);
  for (const TestGroup& each : {shared, only_a, also_shared}) a.add(each);
  for (const TestGroup& each : {also_shared, shared, only_b}) b.add(each);
  start();
  EXPECT_TRUE(a.bonded(shared) && b.bonded(shared));
  EXPECT_TRUE(a.bonded(also_shared) && b.bonded(also_shared));
  EXPECT_EQ(a.standing.size(), 2);
  EXPECT_EQ(b.standing.size(), 2);
}

TEST_F(Bonds, GroupsOfOneKeyFindTheirCounterparts) {
  const TestGroup maps(1, "map");
  const TestGroup queues(1, "queue");
  const TestGroup sets(1, "set");
  a.add(maps);
  a.add(queues);
  b.add(queues);
  b.add(maps);
  b.add(sets);
  start();
  EXPECT_TRUE(a.bonded(maps) && b.bonded(maps));
  EXPECT_TRUE(a.bonded(queues) && b.bonded(queues));
  EXPECT_FALSE(b.bonded(sets));
  EXPECT_TRUE(a.all<GroupMismatch>().empty());
  EXPECT_TRUE(b.all<GroupMismatch>().empty()) << "the peer has no group left that differs";
}

TEST_F(Bonds, AGroupAddedLaterBonds) {
  const TestGroup first(1);
  const TestGroup later(2);
  a.add(first);
  b.add(first);
  start();
  a.add(later);
  run();
  EXPECT_FALSE(a.bonded(later));
  b.add(later);
  run();
  EXPECT_TRUE(a.bonded(later) && b.bonded(later));
  EXPECT_TRUE(a.bonded(first));
}

TEST_F(Bonds, AGroupAddedLaterUnderAKnownKeyBonds) {
  const TestGroup first(1, "one");
  const TestGroup later(1, "two");
  a.add(first);
  b.add(first);
  start();
  a.add(later);
  b.add(later);
  run();
  EXPECT_TRUE(a.bonded(later) && b.bonded(later));
}

TEST_F(Bonds, FramesBelongToAGroupOnlyWhileItsBondStands) {
  const TestGroup group(1);
  a.add(group);
  b.add(group);
  start();
  const Slot slot = a.standing.at(group.id()).receive_slot;
  EXPECT_EQ(a.bonds.find(slot).state, LinkBonds::SlotState::bonded);
  EXPECT_EQ(a.bonds.find(slot).group, group.id());
  EXPECT_EQ(a.bonds.find(slot + 1).state, LinkBonds::SlotState::unknown);
  EXPECT_EQ(a.bonds.find(0).state, LinkBonds::SlotState::unknown);
  a.bonds.unbond(group.id(), reason);
  EXPECT_EQ(a.bonds.find(slot).state, LinkBonds::SlotState::idle);
}

TEST_F(Bonds, TheEndOfABondComesWithItsReasonOnBothSides) {
  const TestGroup group(1);
  a.add(group);
  b.add(group);
  start();
  a.bonds.unbond(group.id(), reason);
  run();
  EXPECT_FALSE(a.bonded(group));
  EXPECT_FALSE(b.bonded(group));
  ASSERT_EQ(b.all<Unbonded>().size(), 1);
  const Unbonded told = b.all<Unbonded>()[0];
  EXPECT_TRUE(told.by_peer);
  EXPECT_TRUE(told.stood);
  EXPECT_TRUE(told.reason.is(Errc::genesis_conflict));
  EXPECT_EQ(told.reason.message(), reason.message());
  EXPECT_FALSE(a.all<Unbonded>()[0].by_peer);
}

TEST_F(Bonds, ABondIsMadeAnewUnderNewSlots) {
  const TestGroup group(1);
  a.add(group);
  b.add(group);
  start();
  const Bonded before = a.standing.at(group.id());
  a.bonds.rebond(group.id(), reason);
  run();
  ASSERT_TRUE(a.bonded(group) && b.bonded(group));
  EXPECT_NE(a.standing.at(group.id()).receive_slot, before.receive_slot);
  EXPECT_NE(a.standing.at(group.id()).send_slot, before.send_slot);
  EXPECT_EQ(a.bonds.find(before.receive_slot).state, LinkBonds::SlotState::idle);
}

TEST_F(Bonds, BothMayMakeABondAnewAtTheSameTime) {
  const TestGroup group(1);
  a.add(group);
  b.add(group);
  start();
  for (int round = 0; round < 3; ++round) {
    a.bonds.rebond(group.id(), reason);
    b.bonds.rebond(group.id(), reason);
    run();
    ASSERT_TRUE(a.bonded(group) && b.bonded(group));
    EXPECT_EQ(a.standing.at(group.id()).send_slot, b.standing.at(group.id()).receive_slot);
    EXPECT_EQ(b.standing.at(group.id()).send_slot, a.standing.at(group.id()).receive_slot);
  }
}

TEST_F(Bonds, AGroupThatIsLeftAndJoinedAgainBonds) {
  const TestGroup group(1);
  a.add(group);
  b.add(group);
  start();
  a.bonds.remove_group(group.id(), Error(Errc::group_closed, "closed"));
  run();
  EXPECT_FALSE(b.bonded(group));
  EXPECT_TRUE(b.all<Unbonded>().back().reason.is(Errc::group_closed));
  a.add(group);
  run();
  EXPECT_TRUE(a.bonded(group) && b.bonded(group));
}

TEST_F(Bonds, AHelloThatComesLateIsWaitedFor) {
  const TestGroup group(1);
  a.add(group);
  b.add(group);
  a.bonds.start();
  b.bonds.start();
  a.take(false);
  b.take();
  while (!a.out.empty() || !b.out.empty()) {
    deliver(a, b);
    if (b.out.empty()) continue;
    const Bytes payload = b.out.front();
    b.out.pop_front();
    ASSERT_TRUE(a.bonds.receive(payload));
    a.take(false);
  }
  EXPECT_EQ(a.all<HelloWanted>().size(), 1);
  EXPECT_FALSE(b.bonded(group));
  a.bonds.state_hello(group.id(), Bytes::copy("late"));
  run();
  EXPECT_TRUE(a.bonded(group) && b.bonded(group));
  EXPECT_EQ(b.standing.at(group.id()).hello.text(), "late");
}

/// Whatever is done at either end while messages are on their way, both ends agree afterwards.
TEST_F(Bonds, BothEndsAgreeAfterAnyOrderOfChanges) {
  const std::vector<TestGroup> groups{TestGroup(1, "one"), TestGroup(1, "two"), TestGroup(2)};
  for (std::uint64_t seed = 1; seed <= 2000; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Random random(seed);
    TestEnd one{ends("a", "b", "link")};
    TestEnd two{ends("b", "a", "link")};
    std::map<const TestEnd*, std::set<GroupId>> added;
    const auto change = [&](TestEnd& end) {
      const TestGroup& group = groups[random.below(groups.size())];
      if (added[&end].insert(group.id()).second) {
        end.add(group);
      } else if (random.chance({1, 2})) {
        end.bonds.remove_group(group.id(), reason);
        added[&end].erase(group.id());
      } else {
        end.bonds.rebond(group.id(), reason);
      }
      end.take();
    };
    one.bonds.start();
    two.bonds.start();
    one.take();
    two.take();
    for (int step = 0; step < 60; ++step) {
      switch (random.below(6)) {
        case 0:
          change(one);
          break;
        case 1:
          change(two);
          break;
        default:
          deliver(one, two);
          deliver(two, one);
      }
      if (HasFatalFailure()) return;
    }
    while (!one.out.empty() || !two.out.empty()) {
      deliver(one, two);
      deliver(two, one);
      if (HasFatalFailure()) return;
    }
    for (const TestGroup& group : groups) {
      const bool both = added[&one].contains(group.id()) && added[&two].contains(group.id());
      ASSERT_EQ(one.bonded(group), both);
      ASSERT_EQ(two.bonded(group), both);
      if (!both) continue;
      const Bonded& left = one.standing.at(group.id());
      const Bonded& right = two.standing.at(group.id());
      ASSERT_EQ(left.send_slot, right.receive_slot);
      ASSERT_EQ(right.send_slot, left.receive_slot);
      ASSERT_EQ(one.bonds.find(left.receive_slot).group, group.id());
    }
  }
}

}  // namespace
}  // namespace tessera::core
