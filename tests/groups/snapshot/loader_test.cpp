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
  /// Begins with snapshot `id` of so many parts; returns the reads that are asked of the store.
  std::map<std::uint32_t, std::uint64_t> begin(std::uint64_t id, std::uint32_t parts) {
    KeptSnapshot snapshot;
    snapshot.id = storage::SnapshotId{id};
    snapshot.manifest.parts = parts;
    loader_.begin(std::move(snapshot), std::make_unique<Recorder>(added_));
    std::map<std::uint32_t, std::uint64_t> reads;
    for (const SnapshotTask& task : outbox_.take().snapshots) {
      const auto* read = std::get_if<ReadSnapshotPart>(&task.work);
      if (read != nullptr) reads[read->part.number] = task.id;
    }
    EXPECT_EQ(reads.size(), parts);
    return reads;
  }
  /// The store has read it; whatever can be loaded is.
  void arrives(std::uint64_t read, const std::string& part) {
    EXPECT_TRUE(tasks_.done(read, Bytes::copy(part)));
    if (loader_.pending()) whole_ = loader_.work().value();
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

}  // namespace
}  // namespace tessera::core
