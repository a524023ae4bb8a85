#include <tessera/net/channel/frame_queue.h>
#include <tessera/net/channel/record.h>

#include <gtest/gtest.h>

namespace tessera::net {
namespace {

using Push = FrameQueue::Push;

Frame frame(std::size_t size) {
  return Frame{1, 1, Bytes(std::vector<std::uint8_t>(size - frame_header_size))};
}

TEST(FrameQueue, WakesItsSenderOnceUntilThatFindsNothing) {
  FrameQueue queue(1000);
  EXPECT_EQ(queue.push(frame(10)), Push::wake);
  EXPECT_EQ(queue.push(frame(10)), Push::queued);
  std::deque<Frame> taken;
  queue.take(1000, taken);
  EXPECT_EQ(taken.size(), 2U);
  EXPECT_EQ(queue.push(frame(10)), Push::queued);
  queue.take(1000, taken);
  queue.take(1000, taken);
  EXPECT_EQ(queue.push(frame(10)), Push::wake);
}

TEST(FrameQueue, CountsFramesUntilTheyAreHandedOnAndRefusesWhatIsAboveTheBound) {
  FrameQueue queue(100);
  EXPECT_EQ(queue.push(frame(60)), Push::wake);
  EXPECT_EQ(queue.push(frame(41)), Push::refused);
  EXPECT_EQ(queue.push(frame(40)), Push::queued);
  std::deque<Frame> taken;
  queue.take(1000, taken);
  EXPECT_EQ(queue.bytes(), 100U);
  EXPECT_EQ(queue.push(frame(9)), Push::refused);
  EXPECT_FALSE(queue.release(40)) << "60 of 100 are still queued";
  EXPECT_TRUE(queue.release(60));
  EXPECT_FALSE(queue.release(0)) << "said once";
  EXPECT_EQ(queue.bytes(), 0U);
}

TEST(FrameQueue, SaysNothingOfDrainingIfNobodyWasRefused) {
  FrameQueue queue(100);
  EXPECT_EQ(queue.push(frame(60)), Push::wake);
  EXPECT_FALSE(queue.release(60));
}

TEST(FrameQueue, TakesNoMoreThanAskedForButAtLeastOne) {
  FrameQueue queue(1000);
  for (int count = 0; count < 5; ++count) EXPECT_NE(queue.push(frame(50)), Push::refused);
  std::deque<Frame> taken;
  queue.take(1, taken);
  EXPECT_EQ(taken.size(), 1U);
  queue.take(60, taken);
  EXPECT_EQ(taken.size(), 3U);
}

TEST(FrameQueue, RefusesEverythingOnceClosed) {
  FrameQueue queue(1000);
  EXPECT_EQ(queue.push(frame(50)), Push::wake);
  queue.close();
  EXPECT_EQ(queue.push(frame(50)), Push::refused);
  EXPECT_EQ(queue.bytes(), 50U);
  queue.clear();
  EXPECT_EQ(queue.bytes(), 0U);
}

}  // namespace
}  // namespace tessera::net
