#include "../../examples/ledger.h"
#include "fake_group.h"
#include <tessera/groups/command_envelope.h>
#include <tessera/statesync/adapter.h>

#include <gtest/gtest.h>

/// The strategy that the documentation shows, as its readers have it.
namespace tessera::tests {
namespace {

static_assert(StateMachine<Ledger> && StateSyncFor<WholeState<Ledger>, Ledger>);
static_assert(SavesState<WholeState<Ledger>>);

class WholeStateGroup : public testing::Test {
 protected:
  WholeStateGroup() {
    for (std::uint64_t number = 1; number <= 500; ++number) {
      RawEntry entry = next_entry(log_, Term(1 + number / 100));
      const Ledger::Put put{std::to_string(number % 50), std::to_string(number)};
      entry.data = CommandEnvelope::wrap({}, encode(put).view());
      log_.append(entry);
      const ApplyContext cx({entry.position, entry.time, {}});
      EXPECT_TRUE(serving_.apply(encode(put), cx));
    }
    leader_.log = log_;
    leader_.committed = log_.last();
    leader_.applied = log_.last();
    leader_.runtime = Bytes::copy("the runtime's part");
    leader_.run(serving_);
    joiner_.run(joining_);
    group_.leader = leader_.id;
  }

  bool finish() {
    return group_.run_until([&] { return joiner_.done || joiner_.failed; },
                            std::chrono::seconds{60});
  }

  FakeLog log_;
  FakeGroup group_{3};
  Member& leader_ = group_.add(1);
  Member& joiner_ = group_.add(2);
  MachineAdapter<Ledger> serving_{Ledger{}};
  MachineAdapter<Ledger> joining_{Ledger{}};
};

TEST_F(WholeStateGroup, InstallsTheStateAndAppendsWhatFollows) {
  FakeLog longer = log_;
  extend(longer, {{9}, 3, 0});
  const Cursor target = log_.at(Index(450))->entry.position;
  joiner_.open_session({target, target.index, longer.read(Index(451), 1U << 20U)});
  ASSERT_TRUE(finish());
  EXPECT_EQ(joiner_.installed, 1U);
  EXPECT_EQ(joiner_.applied, log_.last());
  EXPECT_EQ(joiner_.done, longer.last());
  EXPECT_EQ(joiner_.log.base(), log_.last());
  EXPECT_EQ(joiner_.runtime.text(), "the runtime's part");
  EXPECT_EQ(joining_.machine().save(), serving_.machine().save());
}

TEST_F(WholeStateGroup, AsksAgainUntilItIsAnswered) {
  group_.weather.loss_permille = 700;
  joiner_.open_session({log_.last(), log_.last().index, {}});
  ASSERT_TRUE(finish());
  EXPECT_EQ(joining_.machine().save(), serving_.machine().save());
}

TEST_F(WholeStateGroup, LetsTheLogBePrunedUpToWhatIsApplied) {
  EXPECT_EQ(leader_.provider()->safe_to_prune_prefix(leader_.provider_context()),
            log_.last().index);
}

using Parts = std::vector<Bytes>;

Parts parts_of(const CatchUpStrategy& strategy) {
  Parts parts;
  const auto reader = strategy.read_state();
  EXPECT_TRUE(reader.has_value());
  for (auto part = (*reader)->next(); *part; part = (*reader)->next()) parts.push_back(**part);
  return parts;
}

Result<void> load(CatchUpStrategy& strategy, const Parts& parts) {
  const auto writer = strategy.write_state({});
  EXPECT_TRUE(writer.has_value());
  for (const Bytes& part : parts) {
    if (auto added = (*writer)->add(part); !added) return added;
  }
  return (*writer)->finish();
}

TEST(WholeState, SavedStateComesBackInAFreshMachine) {
  MachineAdapter<Ledger> one{Ledger{}};
  const Ledger::Put put{"key", "value"};
  ASSERT_TRUE(one.apply(encode(put), ApplyContext({})));
  ASSERT_TRUE(one.saves());
  const Parts saved = parts_of(one);

  MachineAdapter<Ledger> two{Ledger{}};
  ASSERT_TRUE(two.apply(encode(Ledger::Put{"other", "row"}), ApplyContext({})));
  const std::string before = two.machine().save();
  ASSERT_TRUE(load(two, saved));
  EXPECT_EQ(two.machine().save(), before);
  two.adopt();
  EXPECT_EQ(two.machine().save(), one.machine().save());
}

TEST(WholeState, StateThatDoesNotLoadLeavesTheMachineAsItIs) {
  MachineAdapter<Ledger> adapter{Ledger{}};
  ASSERT_TRUE(adapter.apply(encode(Ledger::Put{"key", "value"}), ApplyContext({})));
  const std::string before = adapter.machine().save();
  EXPECT_TRUE(load(adapter, {Bytes::copy("\xff\xff")}).error().is(Errc::malformed));
  const auto thrown = load(adapter, {encode(std::string("no map"))});
  ASSERT_FALSE(thrown);
  EXPECT_TRUE(thrown.error().is(Errc::machine_failed));
  EXPECT_EQ(adapter.machine().save(), before);
}

}  // namespace
}  // namespace tessera::tests
