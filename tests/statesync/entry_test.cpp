#include "machines.h"
#include <tessera/groups/command_envelope.h>
#include <tessera/statesync/entry.h>

#include <gtest/gtest.h>

namespace tessera::tests {
namespace {

using AddEntry = Entry<Counter::Add>;

LogEntry log_entry(EntryKind kind, Bytes data) {
  LogEntry entry;
  entry.preceding = {Term(3), Index(7)};
  entry.entry = {{Term(4), Index(8)}, kind, LogTime(99), std::move(data)};
  return entry;
}

Bytes wrapped(std::int64_t amount) {
  return CommandEnvelope::wrap({SessionNumber{5}, Sequence{6}, Sequence{6}},
                               encode(Counter::Add{amount}).view());
}

TEST(Entry, IsAHandleOnWhatTheLeaderWrote) {
  const AddEntry entry(log_entry(EntryKind::command, wrapped(12)));
  EXPECT_EQ(entry.position(), (Cursor{Term(4), Index(8)}));
  EXPECT_EQ(entry.preceding(), (Cursor{Term(3), Index(7)}));
  EXPECT_EQ(entry.kind(), EntryKind::command);
  EXPECT_EQ(entry.time(), LogTime(99));
  EXPECT_EQ(entry.size(), CommandEnvelope::header_size + 8 + RawEntry::overhead);
  EXPECT_EQ(entry.command()->amount, 12);
}

TEST(Entry, EncodedIsTheCommandWithoutItsEnvelope) {
  const AddEntry entry(log_entry(EntryKind::command, wrapped(12)));
  EXPECT_EQ(entry.encoded(), encode(Counter::Add{12}));
  const AddEntry marker(log_entry(EntryKind::marker, Bytes::copy("here")));
  EXPECT_EQ(marker.encoded().text(), "here");
}

TEST(Entry, OfAnotherKindHasNoCommand) {
  const AddEntry entry(log_entry(EntryKind::noop, {}));
  ASSERT_FALSE(entry.command());
  EXPECT_TRUE(entry.command().error().is(Errc::invalid_argument));
}

TEST(Entry, ACommandThatDoesNotDecodeIsMalformed) {
  const AddEntry cut(log_entry(EntryKind::command, Bytes::copy("short")));
  ASSERT_FALSE(cut.command());
  EXPECT_TRUE(cut.command().error().is(Errc::malformed));
  const Bytes three = CommandEnvelope::wrap({}, as_bytes("abc"));
  EXPECT_TRUE(AddEntry(log_entry(EntryKind::command, three)).command().error().is(Errc::malformed));
}

TEST(Entry, SurvivesBeingForwarded) {
  const AddEntry entry(log_entry(EntryKind::command, wrapped(12)));
  const auto decoded = decode<AddEntry>(encode(entry));
  ASSERT_TRUE(decoded);
  EXPECT_EQ(decoded->raw(), entry.raw());
}

}  // namespace
}  // namespace tessera::tests
