#include "catch_up.h"

/// Log-replay catch-up, small.
namespace tessera::tests {
namespace {

TEST(Parity, M12_ALateJoinerReachesFourEntriesThenFollowsLive) {
  CatchUp group(1U << 20U);
  const Cursor fourth = write_lines(group["a"], 0, 4);
  const JournalGroup& late = group.join("b");
  group.expect_equal_at(fourth);
  EXPECT_EQ(summary(late, Consistency::weak).count, 4U);
  for (const char* writer : {"a", "b", "a"}) {
    const auto applied = take(group[writer].execute(Journal::Line{"live", 1}, use_future));
    group.expect_equal_at(applied.position);
  }
  EXPECT_EQ(summary(late, Consistency::strong).count, 7U);
}

}  // namespace
}  // namespace tessera::tests
