#pragma once

#include <tessera/conformance/tape.h>
#include <tessera/groups/core/effects.h>

#include <optional>

/// One operation of a simulated caller, from its invocation to what became of it. A value.
namespace tessera::sim {

struct Operation {
  enum class Kind : std::uint8_t { execute, feed, strong_read, weak_read };

  core::RequestId request;
  Kind kind = Kind::execute;
  std::size_t node = 0;
  core::ClientId client;      ///< of `execute`
  std::uint64_t command = 0;  ///< its id
  TimePoint invoked{};
  TimePoint completed{};
  /// The newest command that was known to be applied somewhere when the operation began.
  Index floor;
  bool cancelled = false;
  bool oversized = false;     ///< its command is above the limit
  bool on_full_disk = false;  ///< its member was short of space when it was asked
  bool done = false;
  std::optional<core::Reply> reply;  ///< absent while it is pending, and if its node died
  Tape seen;                         ///< of a read: the state it was answered from

  [[nodiscard]] bool is_read() const {
    return kind == Kind::strong_read || kind == Kind::weak_read;
  }
  [[nodiscard]] bool succeeded() const { return reply && !reply->error; }
};

}  // namespace tessera::sim
