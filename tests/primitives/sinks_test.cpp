// The log, the metrics and the clock: what the library talks to.

#include <tessera/primitives/log_sink.h>
#include <tessera/primitives/metrics.h>
#include <tessera/primitives/time.h>

#include <gtest/gtest.h>

namespace tessera::test {
namespace {

TEST(LogSink, StandardErrorGetsWarningsAndErrorsOnly) {
  const LogSink sink = standard_error_log();
  testing::internal::CaptureStderr();
  sink({LogLevel::debug, "net", "a detail"});
  sink({LogLevel::info, "net", "an event"});
  sink({LogLevel::warning, "net", "a link is slow"});
  sink({LogLevel::error, "storage", "the disk is full"});
  EXPECT_EQ(testing::internal::GetCapturedStderr(),
            "tessera: warning: net: a link is slow\ntessera: error: storage: the disk is full\n");
}

TEST(LogSink, LevelsHaveNames) {
  EXPECT_EQ(name_of(LogLevel::debug), "debug");
  EXPECT_EQ(name_of(LogLevel::info), "info");
}

TEST(Metrics, NoMetricsTakesEverything) {
  const auto metrics = no_metrics();
  metrics->add({"tessera_commands_applied_total"}, 1);
  metrics->set({"tessera_peers", "group=1a2b3c"}, 3);
  metrics->observe({"tessera_commit_seconds"}, 0.001);
}

TEST(Clock, NeverGoesBack) {
  const TimePoint before = system_clock().now();
  EXPECT_GE(system_clock().now(), before);
}

}  // namespace
}  // namespace tessera::test
