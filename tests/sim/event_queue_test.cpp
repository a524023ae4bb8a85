#include <tessera/conformance/event_queue.h>

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

namespace tessera::sim {
namespace {

using std::chrono::milliseconds;

TEST(EventQueue, EventsHappenInTheOrderOfTheirTimes) {
  EventQueue queue;
  std::vector<int> happened;
  queue.after(milliseconds{3}, [&] { happened.push_back(3); });
  queue.after(milliseconds{1}, [&] { happened.push_back(1); });
  queue.after(milliseconds{2}, [&] { happened.push_back(2); });
  while (queue.run_one()) {
  }
  EXPECT_EQ(happened, (std::vector<int>{1, 2, 3}));
  EXPECT_EQ(queue.now(), TimePoint(milliseconds{3}));
}

TEST(EventQueue, EventsOfOneTimeHappenInTheOrderOfTheirAsking) {
  EventQueue queue;
  std::vector<int> happened;
  for (int event = 0; event < 100; ++event) {
    queue.after(milliseconds{1}, [&happened, event] { happened.push_back(event); });
  }
  while (queue.run_one()) {
  }
  ASSERT_EQ(happened.size(), 100U);
  EXPECT_TRUE(std::is_sorted(happened.begin(), happened.end()));
}

TEST(EventQueue, AnEventInThePastHappensNow) {
  EventQueue queue;
  queue.after(milliseconds{5}, [&] { queue.at(TimePoint(milliseconds{1}), [] {}); });
  while (queue.run_one()) {
  }
  EXPECT_EQ(queue.now(), TimePoint(milliseconds{5}));
  EXPECT_EQ(queue.happened(), 2U);
}

}  // namespace
}  // namespace tessera::sim
