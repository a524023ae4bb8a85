#include "cluster.h"

#include <algorithm>
#include <atomic>

/// Data that turns out to be damaged while the member runs: it starts over in the same process.
namespace tessera::shell::testing {
namespace {

using Names = std::vector<std::string>;

/// Passes everything on until a group's data "turns out to be damaged": then every write to it is
/// refused, until it is erased.
class RottingStore final : public storage::Store, public storage::LogStore {
 public:
  struct State {
    std::atomic<bool> rotten = false;
    std::atomic<int> erased = 0;
  };
  RottingStore(std::unique_ptr<storage::Store> store, std::shared_ptr<State> state)
      : store_(std::move(store)), state_(std::move(state)) {}

  storage::StoreRun run() const override { return store_->run(); }
  bool durable() const override { return store_->durable(); }
  storage::LogStore& log() override { return *this; }
  storage::SnapshotStore& snapshots() override { return store_->snapshots(); }
  storage::NodeRecords& node_records() override { return store_->node_records(); }

  Result<storage::GroupRecord> open(GroupId group) override { return store_->log().open(group); }
  Result<std::vector<GroupId>> groups() override { return store_->log().groups(); }
  Result<void> write(std::span<const storage::GroupWrite> writes) override {
    if (state_->rotten) {
      return {Errc::damaged, "entry 4 of the group, says the test"};
    }
    return store_->log().write(writes);
  }
  Result<std::vector<RawEntry>> read(GroupId group, ReadRange range) override {
    return store_->log().read(group, range);
  }
  Result<void> erase(GroupId group) override {
    state_->rotten = false;
    ++state_->erased;
    return store_->log().erase(group);
  }

 private:
  std::unique_ptr<storage::Store> store_;
  std::shared_ptr<State> state_;
};

class RunningDamage : public ::testing::Test {
 protected:
  void start(const std::string& name, const Names& peers) {
    auto state = std::make_shared<RottingStore::State>();
    states[name] = state;
    cluster.start(name, [&](NodeOptions& options) {
      options.peers = peers;
      options.store = [inner = options.store,
                       state](PeerId owner) -> Result<std::unique_ptr<storage::Store>> {
        auto store = inner(owner);
        if (!store) {
          return std::move(store).error();
        }
        return std::make_unique<RottingStore>(*std::move(store), state);
      };
    });
  }
  void start_all() {
    start("a", {});
    start("b", {cluster.address("a")});
    start("c", {cluster.address("a")});
    for (const std::string& name : names) {
      members.insert_or_assign(name, cluster.join(name));
    }
    for (const std::string& name : names) {
      ASSERT_TRUE(members.at(name).is_online()) << name;
      ASSERT_FALSE(members.at(name).execute("from " + name).error.has_value());
    }
  }
  [[nodiscard]] std::string one_that(bool leads) const {
    const auto found = std::find_if(members.begin(), members.end(), [&](const auto& each) {
      return (each.second->status().core.role == core::Role::leader) == leads;
    });
    return found->first;
  }
  /// It votes under another storage id than `former`, and nothing is wrong.
  void expect_whole(const std::string& name, const StorageId& former) {
    EXPECT_TRUE(members.at(name).reaches([&](const MemberStatus& status) {
      const core::Status& core = status.core;
      return core.online && !status.problem && core.self.storage != former &&
             core.configuration.is_voter(core.self) && core.configuration.voters.size() == 3;
    })) << name;
  }
  /// Everybody has all lines, each once.
  void expect_same_lines() {
    const auto lines = members.at("a").lines(Consistency::strong);
    ASSERT_TRUE(lines);
    for (const std::string& name : names) {
      EXPECT_EQ(members.at(name).lines(Consistency::strong), lines) << name;
    }
    for (const char* line : {"from a", "from b", "from c", "meanwhile", "after"}) {
      EXPECT_EQ(std::count(lines->begin(), lines->end(), line), 1) << line;
    }
  }
  void rots(const std::string& name) {
    const StorageId former = members.at(name)->status().core.self.storage;
    states.at(name)->rotten = true;
    const std::string other = name == "a" ? "b" : "a";
    ASSERT_FALSE(members.at(other).execute("meanwhile").error.has_value());
    expect_whole(name, former);
    EXPECT_EQ(states.at(name)->erased, 1);
    ASSERT_FALSE(members.at(name).execute("after").error.has_value());
    expect_same_lines();
  }

  const Names names{"a", "b", "c"};
  Cluster cluster;
  std::map<std::string, std::shared_ptr<RottingStore::State>> states;
  std::map<std::string, LedgerMember> members;
};

TEST_F(RunningDamage, AFollowerStartsOverWithoutARestart) {
  ASSERT_NO_FATAL_FAILURE(start_all());
  rots(one_that(false));
}

TEST_F(RunningDamage, ALeaderStartsOverAndAnotherLeads) {
  ASSERT_NO_FATAL_FAILURE(start_all());
  rots(one_that(true));
}

}  // namespace
}  // namespace tessera::shell::testing
