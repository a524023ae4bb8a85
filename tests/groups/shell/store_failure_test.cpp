#include "cluster.h"

#include <atomic>
#include <map>

/// A store that fails stops the node's groups, loudly, and the process stays up.
namespace tessera::shell::testing {
namespace {

/// Passes everything on until it is told to fail; then every write does, for ever.
class FailingStore final : public storage::Store, public storage::LogStore {
 public:
  FailingStore(std::unique_ptr<storage::Store> store, std::shared_ptr<std::atomic<bool>> fails)
      : store_(std::move(store)), fails_(std::move(fails)) {}

  storage::StoreRun run() const override { return store_->run(); }
  bool durable() const override { return store_->durable(); }
  storage::LogStore& log() override { return *this; }
  storage::SnapshotStore& snapshots() override { return store_->snapshots(); }
  storage::NodeRecords& node_records() override { return store_->node_records(); }

  Result<storage::GroupRecord> open(GroupId group) override { return store_->log().open(group); }
  Result<std::vector<GroupId>> groups() override { return store_->log().groups(); }
  Result<void> write(std::span<const storage::GroupWrite> writes) override {
    if (*fails_) {
      return {Errc::storage_failed, "the disk is full, says the test"};
    }
    return store_->log().write(writes);
  }
  Result<std::vector<RawEntry>> read(GroupId group, ReadRange range) override {
    return store_->log().read(group, range);
  }
  Result<void> erase(GroupId group) override { return store_->log().erase(group); }

 private:
  std::unique_ptr<storage::Store> store_;
  std::shared_ptr<std::atomic<bool>> fails_;
};

class StoreFailure : public ::testing::Test {
 protected:
  using Flag = std::shared_ptr<std::atomic<bool>>;

  void start(const std::string& name) { start(name, {}, fails); }
  void start(const std::string& name, const std::vector<std::string>& peers, const Flag& flag) {
    cluster.start(name, [&](NodeOptions& options) {
      options.peers = peers;
      options.store = [inner = options.store,
                       fails = flag](PeerId owner) -> Result<std::unique_ptr<storage::Store>> {
        auto store = inner(owner);
        if (!store) {
          return std::move(store).error();
        }
        return std::make_unique<FailingStore>(*std::move(store), fails);
      };
    });
  }
  [[nodiscard]] static JoinChoices alone(const std::string& key) {
    JoinChoices choices;
    choices.key = key;
    choices.genesis = Genesis::expect(1);
    return choices;
  }
  static bool has_failed(const MemberStatus& status) {
    return status.problem && status.problem->is(Errc::storage_failed) &&
           status.core.role == core::Role::stopped;
  }

  Flag fails = std::make_shared<std::atomic<bool>>(false);
  Cluster cluster;
};

TEST_F(StoreFailure, TheFirstFailedWriteStopsEveryGroupOfTheNode) {
  start("a");
  const LedgerMember one = cluster.join("a", alone("one"));
  const LedgerMember two = cluster.join("a", alone("two"));
  ASSERT_FALSE(one.execute("fine").error.has_value());
  ASSERT_FALSE(two.execute("fine").error.has_value());
  *fails = true;
  const core::Reply lost = one.execute("lost");
  ASSERT_TRUE(lost.error.has_value());
  EXPECT_TRUE(one.reaches(has_failed));
  EXPECT_TRUE(two.reaches(has_failed));
  const core::Reply refused = two.execute("refused");
  ASSERT_TRUE(refused.error.has_value());
  EXPECT_TRUE(refused.error->is(Errc::storage_failed)) << refused.error->message();
  EXPECT_FALSE(two.lines(Consistency::weak).has_value()) << "nothing stale is served as fresh";
  EXPECT_TRUE(cluster.node("a").status().storage_failure.has_value());
  const LedgerMember three = cluster.join("a", alone("three"));
  EXPECT_TRUE(three.has_problem("the disk is full"));
}

TEST_F(StoreFailure, ALeaderThatFailsIsSilentAndAnswersNothingWhileOthersGoOn) {
  std::map<std::string, Flag> flags;
  std::map<std::string, LedgerMember> members;
  const std::vector<std::string> names{"a", "b", "c"};
  for (const std::string& name : names) {
    flags[name] = std::make_shared<std::atomic<bool>>(false);
    start(name, name == "a" ? std::vector<std::string>() : std::vector{cluster.address("a")},
          flags[name]);
    members.insert_or_assign(name, cluster.join(name));
  }
  std::string leader;
  ASSERT_TRUE(comes_true([&] {
    for (const auto& [name, member] : members) {
      if (member->status().core.role == core::Role::leader && member->status().core.online) {
        leader = name;
      }
    }
    return !leader.empty();
  }));
  const PeerId lost = cluster.node(leader).self();
  *flags.at(leader) = true;
  const core::Reply refused = members.at(leader).execute("lost on the way to the disk");
  ASSERT_TRUE(refused.error.has_value());
  EXPECT_TRUE(members.at(leader).reaches(has_failed));
  for (const Consistency consistency : {Consistency::weak, Consistency::strong}) {
    Awaited<core::Reply> answer;
    members.at(leader)->read(consistency,
                             [answer](core::Reply reply) mutable { answer.put(std::move(reply)); });
    const auto reply = answer.get();
    ASSERT_TRUE(reply && reply->error);
    EXPECT_TRUE(reply->error->is(Errc::storage_failed)) << reply->error->message();
  }
  for (const auto& [name, member] : members) {
    if (name == leader) {
      continue;
    }
    EXPECT_TRUE(member.is_led_by_another_than(lost)) << name;
    EXPECT_FALSE(member.execute("from " + name).error.has_value()) << name;
  }
  EXPECT_TRUE(cluster.node(leader).status().storage_failure.has_value()) << "the process is up";
  EXPECT_FALSE(members.at(leader)->status().core.online);
}

TEST_F(StoreFailure, ANodeWhoseStoreDoesNotOpenSaysWhy) {
  EXPECT_THROW(
      cluster.start("a",
                    [](NodeOptions& options) {
                      options.store = [](PeerId) -> Result<std::unique_ptr<storage::Store>> {
                        return Error(Errc::foreign, "the store belongs to another node");
                      };
                    }),
      std::runtime_error);
}

}  // namespace
}  // namespace tessera::shell::testing
