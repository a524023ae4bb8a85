#include "fake_group.h"
#include <tessera/primitives/codec.h>
#include <tessera/statesync/adapter.h>
#include <tessera/statesync/snapshot_sync.h>

#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>
#include <variant>

/// Sessions and providers of snapshot sync among members whose logs no longer reach back.
namespace tessera::tests {
namespace {

/// Rows of 256 letters by number.
class Rows {
 public:
  struct Put {
    std::uint64_t row = 0;
    std::uint64_t edition = 0;
    template <class Archive>
    void serialize(Archive& archive) {
      archive(row, edition);
    }
  };
  using Command = Put;
  using Result = std::monostate;
  using StateSync = SnapshotSync<Rows>;
  using Map = std::map<std::uint64_t, std::string>;

  class Snapshot {
   public:
    using Item = std::pair<std::uint64_t, std::string>;
    explicit Snapshot(Map rows) : rows_(std::move(rows)) {}
    std::optional<Item> next() {
      if (rows_.empty()) return std::nullopt;
      auto first = rows_.extract(rows_.begin());
      return Item{first.key(), std::move(first.mapped())};
    }

   private:
    Map rows_;
  };

  [[nodiscard]] UniqueId signature() const { return UniqueId::from("tests/rows"); }
  [[nodiscard]] StateSync state_sync() const { return {}; }
  Result apply(const Put& put, const ApplyContext&) {
    std::string& text = rows_[put.row];
    Random random(put.row * 1000 + put.edition);
    text.clear();
    while (text.size() < 256) text += static_cast<char>('a' + random.below(26));
    return {};
  }
  [[nodiscard]] Snapshot create_snapshot() const { return Snapshot(rows_); }
  void install_snapshot(std::vector<Snapshot::Item> items) {
    for (auto& [row, text] : items) rows_[row] = std::move(text);
  }
  [[nodiscard]] const Map& rows() const { return rows_; }

 private:
  Map rows_;
};

using snapshot_sync::Items;
using snapshot_sync::List;
using snapshot_sync::Message;
using snapshot_sync::Outline;
using snapshot_sync::Part;

constexpr std::uint64_t row_count = 20'000;
constexpr std::size_t state_bytes = row_count * 280;

/// Members 1 to 3 hold all rows and nothing of the log; member 4 lags.
class SnapshotSyncGroup : public testing::Test {
 protected:
  SnapshotSyncGroup() {
    for (unsigned number = 1; number <= 4; ++number) {
      machines_[number] = std::make_unique<MachineAdapter<Rows>>(Rows{});
      group_.add(number);
    }
    group_.leader = peer(1);
  }

  Member& member(unsigned number) { return group_.at(peer(number)); }
  Member& joiner() { return member(4); }

  void put(unsigned number, std::uint64_t step, std::uint64_t edition) {
    for (std::uint64_t row = 0; row < row_count; row += step) {
      ASSERT_TRUE(machines_.at(number)->apply(encode(Rows::Put{row, edition}), ApplyContext({})));
    }
  }
  void stand_at(unsigned number, const Cursor& position) {
    Member& at = member(number);
    at.log.reset(position);
    at.committed = at.applied = position;
    at.run(*machines_.at(number));
  }

  /// Every `step`th row of the three has been written again since the joiner was here.
  void serve(std::uint64_t step) {
    for (unsigned number = 1; number <= 3; ++number) {
      put(number, 1, 0);
      if (step != 0) put(number, step, 1);
      stand_at(number, newest_);
      member(number).snapshots.take(*machines_.at(number),
                                    member(number).provider_context().anchor());
    }
  }
  void join_with_old_rows() {
    put(4, 1, 0);
    stand_at(4, old_);
    joiner().snapshots.take(*machines_.at(4), joiner().provider_context().anchor());
  }
  void join_with_nothing() { stand_at(4, {}); }

  void open() { joiner().open_session({newest_, newest_.index, {}}); }
  bool finish() {
    return group_.run_until([&] { return joiner().done || joiner().failed; },
                            std::chrono::seconds{60});
  }
  std::size_t sent() {
    std::size_t bytes = 0;
    for (unsigned number = 1; number <= 4; ++number) bytes += member(number).bytes_sent;
    return bytes;
  }
  void expect_caught_up() {
    EXPECT_EQ(joiner().done, newest_) << joiner().failed.value_or("");
    EXPECT_EQ(joiner().installed, 1U);
    EXPECT_EQ(machines_.at(4)->machine().rows(), machines_.at(1)->machine().rows());
  }
  void expect_only_warnings_of(unsigned number) {
    EXPECT_FALSE(joiner().warnings.empty());
    for (const std::string& warning : joiner().warnings) {
      EXPECT_NE(warning.find(peer(number).brief()), std::string::npos) << warning;
    }
  }

  /// Member `number` changes what it sends of one kind, the first time.
  template <class Kind, class Change>
  void lie(unsigned number, Change change) {
    member(number).distort = [this, change](const Bytes& encoded) {
      auto message = decode<Message>(encoded);
      Kind* kind = message ? std::get_if<Kind>(&*message) : nullptr;
      if (kind == nullptr || lies_ > 0) return std::optional<Bytes>(encoded);
      ++lies_;
      change(*kind);
      return std::optional<Bytes>(encode(*message));
    };
  }
  static Bytes flipped(const Bytes& data) {
    std::vector<std::uint8_t> bytes(data.view().begin(), data.view().end());
    bytes.at(bytes.size() / 2) ^= 1U;
    return Bytes(std::move(bytes));
  }

  const Cursor old_{Term(2), Index(100)};
  const Cursor newest_{Term(3), Index(900)};
  FakeGroup group_{5};
  std::map<unsigned, std::unique_ptr<MachineAdapter<Rows>>> machines_;
  std::size_t lies_ = 0;
};

TEST_F(SnapshotSyncGroup, BringsWhoHasNothingTheWholeStateFromAll) {
  serve(0);
  join_with_nothing();
  open();
  ASSERT_TRUE(finish());
  expect_caught_up();
  EXPECT_GT(sent(), state_bytes * 9 / 10);
  EXPECT_LT(sent(), state_bytes * 11 / 10);
  EXPECT_GT(member(2).bytes_sent, state_bytes / 4);
  EXPECT_GT(member(3).bytes_sent, state_bytes / 4);
}

TEST_F(SnapshotSyncGroup, OfAHundredthChangedAllOverAtMostThreeHundredthsOfTheBytesTravel) {
  serve(100);
  join_with_old_rows();
  open();
  ASSERT_TRUE(finish());
  expect_caught_up();
  EXPECT_LT(sent() * 100, state_bytes * 3);
  EXPECT_TRUE(joiner().warnings.empty());
}

TEST_F(SnapshotSyncGroup, IfNothingHasChangedOnlyTheListOfPartsTravels) {
  serve(0);
  join_with_old_rows();
  open();
  ASSERT_TRUE(finish());
  expect_caught_up();
  EXPECT_LT(sent() * 100, state_bytes);
}

TEST_F(SnapshotSyncGroup, WhatWasAppliedSinceTheLastOwnSnapshotIsNotFetchedEither) {
  serve(100);
  put(4, 1, 0);
  stand_at(4, old_);
  joiner().log_bytes_behind = state_bytes;  // it has never taken a snapshot
  open();
  ASSERT_TRUE(finish());
  expect_caught_up();
  EXPECT_LT(sent() * 100, state_bytes * 3);
}

TEST_F(SnapshotSyncGroup, DifferencesSurviveLossAndDuplication) {
  group_.weather.loss_permille = 100;
  group_.weather.duplication_permille = 100;
  serve(50);
  join_with_old_rows();
  open();
  ASSERT_TRUE(finish());
  expect_caught_up();
  EXPECT_TRUE(joiner().warnings.empty());
}

TEST_F(SnapshotSyncGroup, DifferencesSurviveTheDeathOfAProvider) {
  serve(50);
  join_with_old_rows();
  open();
  group_.after(std::chrono::milliseconds{30}, [this] { group_.kill(member(2)); });
  ASSERT_TRUE(finish());
  expect_caught_up();
}

TEST_F(SnapshotSyncGroup, AFlippedByteInTheListOfPartsIsFoundAndItsSenderNamed) {
  serve(0);
  join_with_nothing();
  // Nobody else sends one, until the session asks again: it is this one that is judged.
  lie<List>(2, [](List& list) { list.parts = flipped(list.parts); });
  for (const unsigned number : {1U, 3U}) {
    member(number).distort = [this](const Bytes& encoded) {
      const auto message = decode<Message>(encoded);
      const bool early = message && std::holds_alternative<List>(*message) && lies_ == 0;
      return early ? std::nullopt : std::optional<Bytes>(encoded);
    };
  }
  open();
  ASSERT_TRUE(finish());
  expect_caught_up();
  EXPECT_EQ(lies_, 1U);
  expect_only_warnings_of(2);
}

TEST_F(SnapshotSyncGroup, AFlippedByteInAPartIsFoundAndItsSenderNamed) {
  serve(0);
  join_with_nothing();
  lie<Part>(2, [](Part& part) { part.data = flipped(part.data); });
  open();
  ASSERT_TRUE(finish());
  expect_caught_up();
  EXPECT_EQ(lies_, 1U);
  expect_only_warnings_of(2);
}

TEST_F(SnapshotSyncGroup, AFlippedByteInAnItemIsFoundAndItsSenderNamed) {
  serve(100);
  join_with_old_rows();
  lie<Items>(2, [](Items& items) { items.data = flipped(items.data); });
  open();
  ASSERT_TRUE(finish());
  expect_caught_up();
  EXPECT_EQ(lies_, 1U);
  expect_only_warnings_of(2);
}

TEST_F(SnapshotSyncGroup, AnOutlineThatLeavesAnItemOutIsFoundAndItsSenderNamed) {
  serve(100);
  join_with_old_rows();
  lie<Outline>(2, [](Outline& outline) {
    std::vector<std::uint8_t> bytes(outline.digests.view().begin(), outline.digests.view().end());
    bytes.resize(bytes.size() - snapshot_sync::item_digest_bytes);
    outline.digests = Bytes(std::move(bytes));
  });
  open();
  ASSERT_TRUE(finish());
  expect_caught_up();
  EXPECT_EQ(lies_, 1U);
  expect_only_warnings_of(2);
}

TEST_F(SnapshotSyncGroup, ItemsThatWereNotAskedForExpelTheirSender) {
  serve(100);
  join_with_old_rows();
  lie<Items>(2, [](Items& items) { items.data = {}; });
  open();
  ASSERT_TRUE(finish());
  expect_caught_up();
  expect_only_warnings_of(2);
}

TEST_F(SnapshotSyncGroup, ItemsThatAnEarlierSessionAskedForAreNoLie) {
  serve(100);
  join_with_old_rows();
  lie<Items>(2, [](Items& items) {
    items.wanted = flipped(items.wanted);
    items.data = {};
  });
  open();
  ASSERT_TRUE(finish());
  expect_caught_up();
  EXPECT_EQ(lies_, 1U);
  EXPECT_TRUE(joiner().warnings.empty());
}

TEST_F(SnapshotSyncGroup, WhereAllHaveLiedTheSessionEndsAndAnotherMayBelieveThem) {
  serve(0);
  join_with_nothing();
  for (unsigned number = 1; number <= 3; ++number) {
    member(number).distort = [](const Bytes& encoded) {
      auto message = decode<Message>(encoded);
      if (Part* part = message ? std::get_if<Part>(&*message) : nullptr) {
        part->data = flipped(part->data);
        return std::optional<Bytes>(encode(*message));
      }
      return std::optional<Bytes>(encoded);
    };
  }
  open();
  ASSERT_TRUE(finish());
  ASSERT_TRUE(joiner().failed.has_value());
  EXPECT_NE(joiner().failed->find("sent something else"), std::string::npos) << *joiner().failed;
  EXPECT_GE(joiner().warnings.size(), 3U);
}

TEST_F(SnapshotSyncGroup, APartThatNoMessageCanCarryIsTheReasonWithWhichTheSessionFails) {
  serve(0);
  join_with_nothing();
  // What a member would offer that has stored such a part; nothing of it is ever sent.
  const Anchor anchor = member(1).provider_context().anchor();
  snapshot_sync::PartList list;
  list.parts = {{UniqueId::from("small"), 100}, {UniqueId::from("large"), 70U << 20U}};
  const UniqueId root = snapshot_sync::root_of(anchor, encode(list));
  for (unsigned number = 1; number <= 3; ++number) {
    member(number).distort = [&](const Bytes& encoded) {
      auto message = decode<Message>(encoded);
      if (auto* offer = std::get_if<snapshot_sync::Offer>(&*message)) offer->snapshot->root = root;
      if (std::holds_alternative<snapshot_sync::Gone>(*message)) {
        message = List{root, anchor, encode(list)};
      }
      return std::optional<Bytes>(encode(*message));
    };
  }
  open();
  ASSERT_TRUE(finish());
  ASSERT_TRUE(joiner().failed);
  EXPECT_NE(joiner().failed->find("at 3:900"), std::string::npos) << *joiner().failed;
  EXPECT_NE(joiner().failed->find("part 2 has 73400320 bytes"), std::string::npos)
      << *joiner().failed;
}

class DifferingStates : public SnapshotSyncGroup {
 protected:
  /// Each of the four is at the same position; of those in `differing` one row is not the others'.
  void stand(const std::set<unsigned>& differing) {
    for (unsigned number = 1; number <= 4; ++number) {
      put(number, 1, 0);
      if (differing.contains(number)) put(number, row_count, 9);
      stand_at(number, newest_);
      ProviderContext& cx = member(number).provider_context();
      member(number).snapshots.take(*machines_.at(number), cx.anchor());
      cx.wake();
    }
  }
  bool leader_feeds() {
    return group_.run_until([&] { return !member(1).fed.empty(); }, std::chrono::seconds{1});
  }
  void apply_what_was_fed(unsigned number) {
    Member& at = member(number);
    for (const Bytes& marker : member(1).fed) {
      at.provider()->marker(Cursor{Term(3), Index(901)}, marker, at.provider_context());
    }
  }
};

TEST_F(DifferingStates, EqualOnesNeedNoVerdict) {
  stand({});
  EXPECT_FALSE(leader_feeds());
}

TEST_F(DifferingStates, AMinoritysIsFoundAndReplacedByThatOfTheMajority) {
  stand({4});
  ASSERT_TRUE(leader_feeds());
  for (unsigned number = 1; number <= 4; ++number) apply_what_was_fed(number);
  for (unsigned number = 1; number <= 3; ++number) EXPECT_FALSE(member(number).diverged) << number;
  ASSERT_TRUE(joiner().diverged);
  EXPECT_EQ(joiner().provider()->safe_to_prune_prefix(joiner().provider_context()), Index(0));
  const std::size_t sent_before = sent();
  open();
  ASSERT_TRUE(finish());
  expect_caught_up();
  EXPECT_FALSE(joiner().diverged);
  EXPECT_LT((sent() - sent_before) * 20, state_bytes) << "only what differs is fetched";
  EXPECT_EQ(member(1).fed.size(), 1U);
}

TEST_F(DifferingStates, TheLeadersOwnMayBeTheWrongOne) {
  stand({1});
  ASSERT_TRUE(leader_feeds());
  for (unsigned number = 1; number <= 4; ++number) apply_what_was_fed(number);
  EXPECT_TRUE(member(1).diverged);
  EXPECT_FALSE(member(2).diverged);
}

TEST_F(DifferingStates, AVerdictThatComesBeforeTheOwnSnapshotWaitsForIt) {
  stand({4});
  ASSERT_TRUE(leader_feeds());
  joiner().snapshots = {};
  stand_at(4, newest_);
  apply_what_was_fed(4);
  EXPECT_FALSE(joiner().diverged);
  joiner().snapshots.take(*machines_.at(4), joiner().provider_context().anchor());
  joiner().provider_context().wake();
  EXPECT_TRUE(
      group_.run_until([&] { return joiner().diverged.has_value(); }, std::chrono::seconds{1}));
}

TEST_F(DifferingStates, WithoutAMajorityNothingIsRepairedAndAnAlarmIsRaised) {
  stand({3, 4});
  EXPECT_FALSE(leader_feeds());
  ASSERT_EQ(member(1).warnings.size(), 1U);
  EXPECT_NE(member(1).warnings[0].find("different states"), std::string::npos);
}

TEST_F(DifferingStates, WhoseHasDivergedServesNobody) {
  stand({2, 3});
  join_with_nothing();
  joiner().snapshots = {};
  member(2).diverged = member(3).diverged = "said so";
  group_.leader.reset();  // what it offers would be taken before anything that others do
  open();
  ASSERT_TRUE(finish());
  expect_caught_up();
}

}  // namespace
}  // namespace tessera::tests
