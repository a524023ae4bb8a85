#pragma once

#include "../runtime/fence.h"
#include "../runtime/world.h"

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

/// A group of members each of which can be cut off from all others.
namespace tessera::tests {

using namespace std::chrono_literals;

/// A member whose node can be cut off from all others.
struct Fenced {
  std::shared_ptr<Fence> fence = std::make_shared<Fence>();
  std::shared_ptr<runtime::NetworkState> node;
  std::optional<JournalGroup> group;
};

class FencedMembers : public testing::Test {
 protected:
  explicit FencedMembers(const std::set<std::string>& names = {"a", "b", "c"}) {
    std::vector<std::string> seed;
    for (const std::string& name : names) {
      Fenced& member = members_[name];
      NetworkConfig config = world_.config(name, seed);
      config.operation_timeout = 1500ms;
      member.node = fenced_node(world_.executor(), config, member.fence);
      if (seed.empty()) seed = member.node->node().listen_addresses();
      member.group = GroupBuilder(runtime::Joining(member.node, key_of("the group")))
                         .genesis(Genesis::expect(names.size()))
                         .settings(quick_settings())
                         .state_machine(Journal())
                         .join();
    }
    for (const auto& [name, member] : members_) wait_online(*member.group);
  }

  /// Executes lines on `group` until one succeeds; commands may fail while nobody leads.
  std::int64_t write(const JournalGroup& group) {
    for (;;) {
      auto answer = group.execute(Journal::Line{"line", 1}, use_future);
      if (answer.wait_for(patience) != std::future_status::ready) throw std::runtime_error("stuck");
      try {
        return answer.get().result;
      } catch (const boost::system::system_error&) {
        continue;
      }
    }
  }
  /// The name of the member that leads, in the latest term that any of `names` knows of.
  std::string leader_among(const std::set<std::string>& names) {
    std::string leader;
    EXPECT_TRUE(comes_true([&] {
      Term latest;
      leader.clear();
      for (const std::string& name : names) {
        const GroupStatus status = members_.at(name).group->status();
        if (status.term < latest) continue;
        if (status.term > latest) leader.clear();
        latest = status.term;
        if (status.role == Role::leader) leader = name;
      }
      return !leader.empty();
    }));
    return leader;
  }
  std::set<std::string> all_but(const std::string& name) const {
    std::set<std::string> names;
    for (const auto& [each, member] : members_) names.insert(each);
    names.erase(name);
    return names;
  }
  const JournalGroup& at(const std::string& name) { return *members_.at(name).group; }
  Fence& fence(const std::string& name) { return *members_.at(name).fence; }

  World world_;
  std::map<std::string, Fenced> members_;
};

}  // namespace tessera::tests
