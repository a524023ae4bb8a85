#include <tessera/groups/core/snapshot/loader.h>

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <variant>
#include <vector>

/// A fresh machine is filled with the parts of one snapshot, in their order, however the store
/// answers.
namespace tessera::core {
namespace {

class Recorder final : public StateWriter {
 public:
  explicit Recorder(std::vector<std::string>& parts) : parts_(parts) {}
  Result<void> add(const Bytes& part) override {
    parts_.emplace_back(part.text());
    return {};
  }
  Result<void> finish() override {
    parts_.emplace_back("whole");
    return {};
  }

 private:
  std::vector<std::string>& parts_;
};

class Loader : public ::testing::Test {
 protected:
  using Reads = std::map<std::uint32_t, std::uint64_t>;
  /// Begins with snapshot `id`, of which no part has come.
  void begin_empty(std::uint64_t id, std::uint32_t parts) {
    KeptSnapshot snapshot;
    snapshot.id = storage::SnapshotId{id};
    snapshot.manifest.parts = parts;
    loader_.begin(std::move(snapshot), std::make_unique<Recorder>(added_));
  }
  /// What is asked of the store since the last time, by the part's number.
  Reads reads() {
    Reads reads;
    for (const SnapshotTask& task : outbox_.take().snapshots) {
      const auto* read = std::get_if<ReadSnapshotPart>(&task.work);
      if (read != nullptr) reads[read->part.number] = task.id;
    }
    return reads;
  }
  /// Begins with snapshot `id` of so many parts, all of them in the store.
  Reads begin(std::uint64_t id, std::uint32_t parts) {
    begin_empty(id, parts);
    loader_.all_put();
    Reads asked = reads();
    EXPECT_EQ(asked.size(), parts);
    return asked;
  }
  void put(std::uint32_t number, const std::string& part) {
    loader_.part_put(number, Bytes::copy(part));
    work();
  }
  void work() {
    while (loader_.pending()) whole_ = loader_.work().value();
  }
  /// The store has read it; whatever can be loaded is.
  void arrives(std::uint64_t read, const std::string& part) {
    EXPECT_TRUE(tasks_.done(read, Bytes::copy(part)));
    work();
  }

  Outbox outbox_{GroupId{}, "test"};
  SnapshotTasks tasks_{outbox_};
  SnapshotLoader loader_{tasks_};
  std::vector<std::string> added_;
  bool whole_ = false;
};

TEST_F(Loader, AddsPartsInTheirOrderWhateverIsReadFirst) {
  const auto reads = begin(1, 3);
  arrives(reads.at(3), "three");
  EXPECT_TRUE(added_.empty());
  arrives(reads.at(1), "one");
  EXPECT_FALSE(whole_);
  arrives(reads.at(2), "two");
  EXPECT_TRUE(whole_);
  EXPECT_EQ(added_, (std::vector<std::string>{"one", "two", "three", "whole"}));
}

TEST_F(Loader, TakesNothingThatWasReadForASnapshotBefore) {
  const auto earlier = begin(1, 2);
  arrives(earlier.at(1), "one of the first");
  added_.clear();
  const auto reads = begin(2, 2);
  arrives(earlier.at(2), "two of the first");
  arrives(reads.at(1), "one");
  arrives(reads.at(2), "two");
  EXPECT_TRUE(whole_);
  EXPECT_EQ(added_, (std::vector<std::string>{"one", "two", "whole"}));
}

TEST_F(Loader, TakesPartsAsTheyAreFetchedAndIsWholeOnlyWhenAskedToBe) {
  begin_empty(1, 3);
  put(2, "two");
  EXPECT_TRUE(added_.empty());
  put(1, "one");
  put(3, "three");
  EXPECT_EQ(added_, (std::vector<std::string>{"one", "two", "three"}));
  EXPECT_FALSE(loader_.pending());
  EXPECT_FALSE(whole_);
  loader_.all_put();
  work();
  EXPECT_TRUE(whole_);
  EXPECT_TRUE(reads().empty()) << "nothing was read that had come by";
}

TEST_F(Loader, ReadsWhatAnEarlierLifeHasFetched) {
  begin_empty(1, 3);
  put(3, "three");  // the others have been there before
  loader_.all_put();
  const auto asked = reads();
  ASSERT_EQ(asked.size(), 2U);
  arrives(asked.at(1), "one");
  arrives(asked.at(2), "two");
  EXPECT_TRUE(whole_);
  EXPECT_EQ(added_, (std::vector<std::string>{"one", "two", "three", "whole"}));
}

TEST_F(Loader, HoldsAFewMebibytesOfWhatComesTooEarly) {
  constexpr std::size_t mebibyte = std::size_t{1} << 20U;
  begin_empty(1, 10);
  for (std::uint32_t number = 10; number >= 2; --number) {
    put(number, std::string(mebibyte, static_cast<char>('a' + number)));
  }
  EXPECT_TRUE(added_.empty());
  put(1, "one");
  // 10, 9, 8 and 7 are in memory; the others were put into the store and are read in their turn.
  for (std::uint32_t number = 2; number <= 6; ++number) {
    auto asked = reads();
    for (const auto& [part, read] : asked) {
      EXPECT_LE(part, 6U);
      arrives(read, std::string(mebibyte, static_cast<char>('a' + part)));
    }
  }
  loader_.all_put();
  work();
  EXPECT_TRUE(whole_);
  ASSERT_EQ(added_.size(), 11U);
  for (std::uint32_t number = 2; number <= 10; ++number) {
    EXPECT_EQ(added_[number - 1].front(), static_cast<char>('a' + number));
  }
}

}  // namespace
}  // namespace tessera::core
