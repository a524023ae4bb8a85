#pragma once

#include <tessera/groups/core/bonds/link_bonds.h>

#include <gtest/gtest.h>

#include <array>
#include <deque>
#include <map>
#include <string>
#include <utility>
#include <vector>

/// A link between two nodes, `a` and `b`, whose messages the test can hold back, copy and change.
namespace tessera::core {

inline GroupSecret secret(std::uint8_t number) {
  std::array<std::uint8_t, GroupSecret::size> bytes{};
  bytes.fill(number);
  return GroupSecret(bytes);
}

inline GroupComponents components(const GroupSecret& key) {
  GroupComponents components;
  components.network = NetworkId(UniqueId::from("network"));
  components.key = key.digest();
  components.machine = UniqueId::from("machine");
  components.state_sync = UniqueId::from("state sync");
  return components;
}

/// A group: its secret and what makes its id.
struct TestGroup {
  explicit TestGroup(std::uint8_t key, std::string_view machine = "machine")
      : secret(core::secret(key)), components(core::components(secret)) {
    components.machine = UniqueId::from(machine);
  }
  [[nodiscard]] GroupId id() const { return components.id(); }

  GroupSecret secret;
  GroupComponents components;
};

struct TestEnd {
  explicit TestEnd(const LinkEnds& ends) : bonds(ends), name(ends.self.brief()) {}

  LinkBonds bonds;
  std::string name;
  std::deque<Bytes> out;  // on its way to the other end
  std::vector<BondEvent> events;
  std::map<GroupId, Bonded> standing;

  void add(const TestGroup& group) { bonds.add_group(group.secret, group.components); }

  /// Moves what is asked for into `out` and `events`, and states hellos when asked to.
  void take(bool answers = true) {
    for (bool more = true; more;) {
      LinkBondsOutput output = bonds.take_output();
      more = !output.events.empty();
      out.insert(out.end(), output.payloads.begin(), output.payloads.end());
      for (BondEvent& event : output.events) {
        if (const auto* wanted = std::get_if<HelloWanted>(&event); wanted != nullptr && answers) {
          bonds.state_hello(wanted->group, Bytes::copy("hello from " + name));
        } else if (const auto* bonded = std::get_if<Bonded>(&event)) {
          standing[bonded->group] = *bonded;
        } else if (const auto* unbonded = std::get_if<Unbonded>(&event)) {
          standing.erase(unbonded->group);
        }
        events.push_back(std::move(event));
      }
    }
  }

  template <class Kind>
  [[nodiscard]] std::vector<Kind> all() const {
    std::vector<Kind> found;
    for (const BondEvent& event : events) {
      if (const auto* kind = std::get_if<Kind>(&event)) found.push_back(*kind);
    }
    return found;
  }
  [[nodiscard]] bool bonded(const TestGroup& group) const { return standing.contains(group.id()); }
};

inline PeerId node(std::string_view name) { return PeerId(UniqueId::from(name)); }

class LinkBondsTest : public testing::Test {
 protected:
  static LinkEnds ends(std::string_view self, std::string_view peer, std::string_view link) {
    LinkEnds ends;
    ends.role = self < peer ? LinkRole::dialler : LinkRole::listener;
    ends.binding = UniqueId::from(link);
    ends.self = node(self);
    ends.peer = node(peer);
    ends.seed = static_cast<std::uint64_t>(self.front());
    return ends;
  }

  void start() {
    a.bonds.start();
    b.bonds.start();
    run();
  }

  /// Delivers everything, in order, until nothing is on its way.
  void run() {
    a.take();
    b.take();
    while (!a.out.empty() || !b.out.empty()) {
      deliver(a, b);
      deliver(b, a);
    }
  }

  /// Delivers one message, if there is one.
  static void deliver(TestEnd& from, TestEnd& to) {
    if (from.out.empty()) return;
    const Bytes payload = from.out.front();
    from.out.pop_front();
    const auto taken = to.bonds.receive(payload);
    ASSERT_TRUE(taken) << taken.error().message();
    to.take();
  }

  TestEnd a{ends("a", "b", "link")};
  TestEnd b{ends("b", "a", "link")};
};

}  // namespace tessera::core
