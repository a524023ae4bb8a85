#include <tessera/groups/genesis.h>
#include <tessera/groups/group_id.h>
#include <tessera/groups/group_key.h>
#include <tessera/groups/settings.h>

#include <gtest/gtest.h>

#include <array>
#include <set>
#include <string>

namespace tessera {
namespace {

GroupSecret secret(std::uint8_t number) {
  std::array<std::uint8_t, GroupSecret::size> bytes{};
  bytes.fill(number);
  return GroupSecret(bytes);
}

GroupComponents components() {
  GroupComponents components;
  components.network = NetworkId(UniqueId::from("network"));
  components.key = secret(1).digest();
  components.machine = UniqueId::from("machine");
  components.state_sync = UniqueId::from("state sync");
  return components;
}

TEST(M01_GroupId, TheSameComponentsGiveTheSameIdEverywhere) {
  EXPECT_EQ(components().id(), components().id());
  // A change of this value splits every existing group.
  EXPECT_EQ(components().id().hex(),
            "831cde8ad29e296a981a7a9902fc5f9e4a7c24951fe5c0cefc5276f30dd767b1");
}

TEST(M01_GroupId, AChangeToAnyComponentGivesAnotherId) {
  std::set<GroupId> ids{components().id()};
  GroupComponents changed = components();
  changed.protocol = "tessera/2";
  EXPECT_TRUE(ids.insert(changed.id()).second);
  changed = components();
  changed.network = NetworkId(UniqueId::from("another network"));
  EXPECT_TRUE(ids.insert(changed.id()).second);
  changed = components();
  changed.key = secret(2).digest();
  EXPECT_TRUE(ids.insert(changed.id()).second);
  changed = components();
  changed.machine = UniqueId::from("another machine");
  EXPECT_TRUE(ids.insert(changed.id()).second);
  changed = components();
  changed.state_sync = UniqueId::from("state sync").derive(4096);  // a batch size alone
  EXPECT_TRUE(ids.insert(changed.id()).second);
}

TEST(M01_GroupId, ComponentsDoNotStandForOneAnother) {
  GroupComponents swapped = components();
  std::swap(swapped.machine, swapped.state_sync);
  EXPECT_NE(swapped.id(), components().id());
  GroupComponents same = components();
  same.machine = same.state_sync;
  const auto list = same.list();
  std::set<UniqueId> digests;
  for (const GroupComponent& component : list) digests.insert(component.digest);
  EXPECT_EQ(digests.size(), GroupComponents::count);
}

TEST(M01_GroupId, WhereDataIsKeptTimingsAndTheRightToFoundAreNoComponents) {
  // The list is all that enters the id: neither the store, nor `GroupSettings`, nor `Genesis`.
  std::set<std::string> names;
  for (const GroupComponent& component : components().list()) names.emplace(component.name);
  EXPECT_EQ(names, (std::set<std::string>{"protocol", "network", "group key", "state machine",
                                          "state-sync settings", "tickets"}));
}

TEST(GroupComponents, SaysTheDigestOfTheKeyAndNotTheKey) {
  const auto list = components().list();
  EXPECT_EQ(list[2].name, "group key");
  EXPECT_EQ(list[2].value, secret(1).digest().hex());
  EXPECT_EQ(list[2].value.find("0101010101"), std::string::npos);
}

}  // namespace
}  // namespace tessera
