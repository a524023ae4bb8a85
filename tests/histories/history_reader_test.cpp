#include "history_reader.h"

#include <gtest/gtest.h>

#include <sstream>

namespace tessera::histories::testing {
namespace {

Result<History> read(const std::string& text) {
  std::istringstream lines(text);
  return read_history(lines, "some.jsonl");
}

const std::string get_line = R"({"client":1,"call":5,"return":9,"op":"get","key":"k",)"
                             R"("value":null,"outcome":"ok"})";

TEST(HistoryReader, ReadsEachField) {
  const auto history = read(get_line + "\n\n" +
                            R"({"client":"c","call":7,"return":8,"op":"cas","key":"k",)"
                            R"("expected":"a","value":"b","swapped":true,"outcome":"ok",)"
                            R"("member":2})");
  ASSERT_TRUE(history) << history.error().message();
  ASSERT_EQ(history->size(), 2U);
  EXPECT_EQ(history->front().kind, Operation::Kind::get);
  EXPECT_EQ(history->front().value, std::nullopt);
  EXPECT_EQ(history->front().line, 1U);
  const Operation& cas = history->back();
  EXPECT_EQ(cas.kind, Operation::Kind::cas);
  EXPECT_EQ(cas.outcome, Operation::Outcome::ok);
  EXPECT_EQ(cas.expected, "a");
  EXPECT_EQ(cas.value, "b");
  EXPECT_TRUE(cas.swapped);
  EXPECT_EQ(cas.call, 7U);
  EXPECT_EQ(cas.returned, 8U);
  EXPECT_EQ(cas.line, 3U);
}

TEST(HistoryReader, PendingOperationHasNoReturn) {
  for (const char* returned : {"", R"("return":null,)"}) {
    const auto history = read(R"({"client":1,"call":5,)" + std::string(returned) +
                              R"("op":"put","key":"k","value":"x","outcome":"unknown"})");
    ASSERT_TRUE(history) << history.error().message();
    EXPECT_EQ(history->front().outcome, Operation::Outcome::unknown);
  }
}

/// `get_line` with `from` replaced.
std::string with(const std::string& from, const std::string& to) {
  std::string line = get_line;
  return line.replace(line.find(from), from.size(), to);
}

TEST(HistoryReader, BadLineIsNamed) {
  const std::vector<std::pair<std::string, std::string>> bad = {
      {"nonsense", "not a JSON object"},
      {"[1]", "not a JSON object"},
      {get_line + " more", "not a JSON object"},
      {with("\"client\":1", "\"client\":null"), "\"client\""},
      {with("\"call\":5", "\"call\":-5"), "\"call\""},
      {with("\"call\":5", "\"call\":5.5"), "\"call\""},
      {with("\"call\":5,", ""), "\"call\""},
      {with("\"return\":9", "\"return\":4"), "before \"call\""},
      {with("\"return\":9", "\"return\":null"), "no \"return\""},
      {with("\"return\":9", "\"return\":\"9\""), "\"return\""},
      {with("\"get\"", "\"fetch\""), "one of cas, del, get, put"},
      {with("\"get\"", "\"put\""), "needs a \"value\""},
      {with("\"get\"", "\"cas\""), "needs \"swapped\""},
      {with("\"key\":\"k\",", ""), "\"key\""},
      {with("\"value\":null", "\"value\":7"), "\"value\""},
      {with("\"ok\"", "\"fine\""), "one of fail, ok, unknown"},
      {with("\"key\":\"k\"", "\"key\":\"k\",\"key\":\"l\""), "\"key\" is there twice"},
  };
  for (const auto& [line, reason] : bad) {
    const auto history = read(get_line + "\n" + line + "\n" + get_line + "\n");
    ASSERT_FALSE(history) << line;
    EXPECT_TRUE(history.error().is(Errc::malformed));
    const std::string& message = history.error().message();
    EXPECT_EQ(message.rfind("some.jsonl:2: ", 0), 0U) << message;
    EXPECT_NE(message.find(reason), std::string::npos) << message << " for " << line;
  }
}

TEST(HistoryReader, FileThatIsNotThereIsAnError) {
  const auto history = read_history_file("no/such/file.jsonl");
  ASSERT_FALSE(history);
  EXPECT_TRUE(history.error().is(Errc::io_failed));
}

}  // namespace
}  // namespace tessera::histories::testing
