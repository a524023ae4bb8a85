#include "world.h"

#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

/// A map in the nodes' stores, over real sockets.
namespace tessera::tests {
namespace {

using Ledger = RocksMap<std::string, std::string>;
using LedgerGroup = Group<Ledger>;

class Ledgers {
 public:
  /// "a" founds the group alone. Nobody re-sends: whoever lags opens a session.
  LedgerGroup& join(const std::string& name) {
    const bool founds = groups_.empty();
    world_.start(name, founds ? std::vector<std::string>{} : world_.at("a"));
    GroupSettings settings = quick_settings();
    settings.inline_catch_up = 0;
    auto group = world_[name]
                     .group(key_of("ledgers"))
                     .genesis(founds || name == "a" ? Genesis::expect(1) : Genesis::join())
                     .settings(settings)
                     .state_machine([] { return Ledger("accounts"); })
                     .join();
    take(group.when().online(use_future));
    return groups_.insert_or_assign(name, std::move(group)).first->second;
  }
  void stop(const std::string& name) {
    take(groups_.at(name).close(use_future));
    groups_.erase(name);
    world_.stop(name);
  }
  /// Its network is gone; handles may be left.
  void lose(const std::string& name) { world_.stop(name); }
  MapOutcome<std::string> change(const Ledger::Command& command) {
    const auto applied = take(groups_.at("a").execute(command, use_future));
    last_ = applied.position;
    return applied.result;
  }
  MapOutcome<std::string> insert(const std::string& key, const std::string& value) {
    Ledger::Command command;
    command.entries.emplace_back(key, value);
    return change(command);
  }
  void fill(std::size_t first, std::size_t count, const std::string& value) {
    for (std::size_t i = first; i < first + count; i += 500) {
      Ledger::Command command;
      for (std::size_t each = i; each < std::min(i + 500, first + count); ++each) {
        command.entries.emplace_back("account " + std::to_string(each), value);
      }
      change(command);
    }
  }
  Ledger::QueryResult ask(const std::string& name, Ledger::Query::Kind kind) {
    LedgerGroup& group = groups_.at(name);
    EXPECT_FALSE(error_of(group.when().applied(last_, use_future))) << world_.log();
    Ledger::Query query;
    query.kind = kind;
    query.count = 3;
    return take(group.query(query, Consistency::weak, use_future)).result;
  }
  void expect_equal(const std::string& one, const std::string& other) {
    const auto left = ask(one, Ledger::Query::Kind::digest);
    const auto right = ask(other, Ledger::Query::Kind::digest);
    EXPECT_EQ(left.digest, right.digest);
    EXPECT_EQ(left.size, right.size);
  }
  void forget_the_log() {
    take(groups_.at("a").admin().snapshot(use_future));
    take(groups_.at("a").admin().prune(use_future));
  }
  LedgerGroup& operator[](const std::string& name) { return groups_.at(name); }

 private:
  World world_;
  std::map<std::string, LedgerGroup> groups_;
  Cursor last_;
};

TEST(RocksMapGroup, TellsWhatBecameOfEachCommand) {
  Ledgers ledgers;
  ledgers.join("a");
  EXPECT_TRUE(ledgers.insert("alice", "100").done);
  EXPECT_EQ(ledgers.insert("alice", "150").before, "100");
  Ledger::Command exchange;
  exchange.kind = Ledger::Command::Kind::compare_exchange;
  exchange.keys = {"alice"};
  exchange.expected = "100";
  exchange.entries.emplace_back("alice", "0");
  EXPECT_FALSE(ledgers.change(exchange).done);
  exchange.expected = "150";
  EXPECT_TRUE(ledgers.change(exchange).done);
  ledgers.insert("bob", "7");
  const auto range = ledgers.ask("a", Ledger::Query::Kind::range);
  EXPECT_EQ(range.entries,
            (std::vector<std::pair<std::string, std::string>>{{"alice", "0"}, {"bob", "7"}}));
  Ledger::Command clear;
  clear.kind = Ledger::Command::Kind::clear;
  EXPECT_EQ(ledgers.change(clear).changed, 2U);
  EXPECT_EQ(ledgers.ask("a", Ledger::Query::Kind::size).size, 0U);
}

TEST(RocksMapGroup, AJoinerIsFilledFromSnapshotAndLog) {
  Ledgers ledgers;
  ledgers.join("a");
  ledgers.fill(0, 20'000, std::string(200, 'v'));
  ledgers.forget_the_log();
  ledgers.fill(19'000, 2'000, "after the snapshot");
  ledgers.join("b");
  ledgers.expect_equal("a", "b");
  EXPECT_EQ(ledgers.ask("b", Ledger::Query::Kind::size).size, 21'000U);
  EXPECT_GT(ledgers["b"].status().base.index, Index(0)) << "it has the whole log";
  ledgers.insert("later", "1");
  ledgers.expect_equal("a", "b");
}

TEST(RocksMapGroup, ARestartBeginsWithTheSnapshotAndReplaysTheRest) {
  Ledgers ledgers;
  ledgers.join("a");
  ledgers.fill(0, 5'000, "before");
  ledgers.forget_the_log();
  ledgers.fill(4'000, 2'000, "behind");
  const auto before = ledgers.ask("a", Ledger::Query::Kind::digest);
  ledgers.stop("a");
  ledgers.join("a");
  const auto after = ledgers.ask("a", Ledger::Query::Kind::digest);
  EXPECT_EQ(after.digest, before.digest);
  EXPECT_EQ(after.size, 6'000U);
  EXPECT_TRUE(ledgers.insert("new", "1").done);
}

TEST(RocksMapGroup, AMachineMayOutliveTheStoreItsTableWasIn) {
  Ledgers ledgers;
  ledgers.join("a");
  ledgers.insert("alice", "100");
  const LedgerGroup kept = ledgers["a"];
  ledgers.lose("a");
  const Ledger::Query query;
  EXPECT_EQ(error_of(kept.query(query, Consistency::weak, use_future)),
            make_error_code(Errc::group_closed));
}

}  // namespace
}  // namespace tessera::tests
