#pragma once

#include <tessera/groups/catch_up.h>
#include <tessera/primitives/bytes.h>
#include <tessera/primitives/codec.h>
#include <tessera/primitives/result.h>
#include <tessera/storage/cursor.h>
#include <tessera/storage/raw_entry.h>

#include <utility>
#include <vector>

/// An entry of the log in a strategy's hands.
///
/// A handle on the bytes that the leader wrote: a strategy forwards them as they are, so whatever
/// an entry says beside its command survives every hand. Only the runtime makes one with contents;
/// a decoded one holds what was encoded. A value; copies share the bytes, and any thread may read
/// them.
namespace tessera {

/// The part of an `Entry` that does not depend on the command's type.
class EntryHandle {
 public:
  EntryHandle() = default;
  explicit EntryHandle(LogEntry entry) : entry_(std::move(entry)) {}

  /// Where it stands.
  [[nodiscard]] Cursor position() const { return entry_.entry.position; }
  /// Where the entry before it stands: it may follow no other.
  [[nodiscard]] Cursor preceding() const { return entry_.preceding; }
  [[nodiscard]] EntryKind kind() const { return entry_.entry.kind; }
  /// Log time.
  [[nodiscard]] LogTime time() const { return entry_.entry.time; }
  /// In bytes: what it counts for wherever bytes are bounded.
  [[nodiscard]] std::size_t size() const { return entry_.entry.size(); }
  /// The command as its caller encoded it, or the data of an entry of another kind.
  [[nodiscard]] Bytes encoded() const;
  /// The entry as the untyped port passes it.
  [[nodiscard]] const LogEntry& raw() const { return entry_; }

  template <class Archive>
  void serialize(Archive& archive) {
    archive(entry_);
  }

 protected:
  /// The encoded command; the error if this is no command's entry.
  [[nodiscard]] Result<Bytes> command_bytes() const;

 private:
  LogEntry entry_;
};

template <class Command>
class Entry : public EntryHandle {
 public:
  using EntryHandle::EntryHandle;

  /// The command. `invalid_argument` if the entry is of another kind, `malformed` if it does not
  /// decode.
  [[nodiscard]] Result<Command> command() const {
    auto bytes = command_bytes();
    if (!bytes) return std::move(bytes).error();
    return decode<Command>(*bytes);
  }
};

namespace statesync {

template <class Command>
[[nodiscard]] std::vector<Entry<Command>> as_handles(std::vector<LogEntry> raw) {
  std::vector<Entry<Command>> entries;
  entries.reserve(raw.size());
  for (LogEntry& entry : raw) entries.push_back(Entry<Command>(std::move(entry)));
  return entries;
}

template <class Command>
[[nodiscard]] std::vector<LogEntry> as_raw(const std::vector<Entry<Command>>& entries) {
  std::vector<LogEntry> raw;
  raw.reserve(entries.size());
  for (const Entry<Command>& entry : entries) raw.push_back(entry.raw());
  return raw;
}

}  // namespace statesync

}  // namespace tessera
