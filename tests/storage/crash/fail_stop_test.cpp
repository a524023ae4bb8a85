#include "crash_rig.h"
#include "recording_file_system.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <iostream>
#include <limits>
#include <memory>
#include <mutex>
#include <string>

/// Whichever operation of the disk fails, nothing that was acknowledged is lost, and nothing is
/// acknowledged behind it.
namespace tessera::storage {
namespace {

using namespace testing;

/// Operations from the `first`-th on fail, `count` of them.
class SomeFail final : public DiskFaults {
 public:
  SomeFail(std::uint64_t first, std::uint64_t count) : first_(first), count_(count) {}

  bool strikes(const DiskOperation& operation) override {
    const std::scoped_lock lock(mutex_);
    ++asked_;
    if (asked_ < first_ || asked_ - first_ >= count_) return false;
    if (struck_.empty()) struck_ = to_string(operation);
    return true;
  }
  /// The first one that failed, in words; empty if the run had ended before.
  [[nodiscard]] std::string struck() const {
    const std::scoped_lock lock(mutex_);
    return struck_;
  }

 private:
  const std::uint64_t first_;
  const std::uint64_t count_;
  mutable std::mutex mutex_;
  std::uint64_t asked_ = 0;
  std::string struck_;
};

constexpr std::uint64_t all = std::numeric_limits<std::uint64_t>::max();

class FailStop : public ::testing::TestWithParam<std::uint64_t> {
 protected:
  /// A run in which operations from the `first`-th on fail. False if there was no such operation.
  bool run(std::uint64_t first) {
    const std::filesystem::path path = folder_ / "store";
    std::filesystem::remove_all(path);
    std::filesystem::create_directories(path);
    DiskOperations operations;
    const auto faults = std::make_shared<SomeFail>(first, GetParam());
    History history;
    {
      const auto env = recording_environment(path, operations, faults);
      Workload workload(path, env.get(), operations, seed);
      const bool finished = workload.run(steps);
      EXPECT_EQ(workload.misstep(), "") << "behind a failed '" << faults->struck() << "'";
      if (!faults->struck().empty()) ++(finished ? harmless_ : stopped_);
      history = workload.history();
    }
    const Allowed allowed = history.allowed_at(operations.size());
    EXPECT_EQ(wrong_at(path, allowed), "") << "as a failed '" << faults->struck() << "' left it";
    SimulatedDisk disk;
    for (const DiskOperation& operation : operations.all()) disk.apply(operation);
    Random random(first);
    disk.after_power_loss(random).write_to(path);
    EXPECT_EQ(wrong_at(path, allowed), "")
        << "after a power loss behind a failed '" << faults->struck() << "'";
    return !faults->struck().empty();
  }

  /// What is wrong with the store as it is found; empty if nothing.
  static std::string wrong_at(const std::filesystem::path& path, const Allowed& allowed) {
    const auto opened = open_small_store(path, rocksdb::Env::Default());
    return opened ? violation(**opened, allowed) : opened.error().message();
  }

  static constexpr std::uint64_t seed = 3;
  /// Calls of the store in a run. The whole of it takes some minutes.
  const std::size_t steps = [] {
    const char* text = std::getenv("TESSERA_FAIL_STEPS");
    return text == nullptr ? std::size_t{8} : std::stoul(text);
  }();

  TemporaryFolder folder_ = TemporaryFolder::in_memory();
  std::size_t stopped_ = 0;
  std::size_t harmless_ = 0;
};

TEST_P(FailStop, WhicheverOperationFailsNothingIsLostAndNothingFollows) {
  std::uint64_t first = 1;
  while (run(first) && !HasFatalFailure()) {
    if (HasFailure()) GTEST_FAIL() << "operation " << first;
    ++first;
  }
  EXPECT_GT(stopped_, 20U);
  std::cout << first - 1 << " operations failed in turn: " << stopped_ << " stopped the store, "
            << harmless_ << " made no difference\n";
}

INSTANTIATE_TEST_SUITE_P(Disk, FailStop, ::testing::Values(std::uint64_t{1}, all),
                         [](const auto& instance) {
                           return instance.param == all ? "ThatIsGone" : "ThatRecovers";
                         });

}  // namespace
}  // namespace tessera::storage
