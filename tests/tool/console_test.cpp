#include <tessera/runtime/tool/console.h>

#include <gtest/gtest.h>

namespace tessera::tool {
namespace {

TEST(Console, BarIsFullInProportion) {
  EXPECT_EQ(bar({0, 10}, 4), "░░░░");
  EXPECT_EQ(bar({5, 10}, 4), "██░░");
  EXPECT_EQ(bar({10, 10}, 4), "████");
}

TEST(Console, BarOfNothingIsEmptyAndOfTooMuchFull) {
  EXPECT_EQ(bar({3, 0}, 2), "░░");
  EXPECT_EQ(bar({30, 10}, 2), "██");
}

TEST(Console, TableAlignsColumnsByCharactersNotBytes) {
  EXPECT_EQ(table({{"A", "B"}, {"é", "x"}, {"long", "y"}}), "A     B\né     x\nlong  y");
}

TEST(Console, BytesAreToldInUnits) {
  EXPECT_EQ(bytes_text(0), "0 B");
  EXPECT_EQ(bytes_text(999), "999 B");
  EXPECT_EQ(bytes_text(1500), "1.5 kB");
  EXPECT_EQ(bytes_text(3'018'430), "3.0 MB");
}

TEST(Console, ClippingCountsCharactersAndKeepsEscapes) {
  EXPECT_EQ(clipped("\x1b[31mabc\x1b[0m", 2), "\x1b[31mab\x1b[0m");
  EXPECT_EQ(clipped("░░░", 2), "░░");
  EXPECT_EQ(clipped("ab", 5), "ab");
}

TEST(Console, ErrorsHaveTheirExitCodes) {
  const auto code = [](Errc errc) { return exit_code_of(Error(errc, "x")); };
  EXPECT_EQ(code(Errc::invalid_argument), ExitCode::usage);
  EXPECT_EQ(code(Errc::disconnected), ExitCode::unreachable);
  EXPECT_EQ(code(Errc::timed_out), ExitCode::unreachable);
  EXPECT_EQ(code(Errc::not_allowed), ExitCode::not_allowed);
  EXPECT_EQ(code(Errc::not_found), ExitCode::not_found);
  EXPECT_EQ(code(Errc::offline), ExitCode::no_leader);
  EXPECT_EQ(code(Errc::damaged), ExitCode::damaged);
  EXPECT_EQ(code(Errc::foreign), ExitCode::damaged);
  EXPECT_EQ(code(Errc::unknown_outcome), ExitCode::failed);
}

}  // namespace
}  // namespace tessera::tool
