#pragma once

#include <tessera/groups/core/messages.h>
#include <tessera/primitives/bytes.h>
#include <tessera/primitives/result.h>

#include <chrono>
#include <cstddef>
#include <optional>

/// Messages between bonded members to bytes and back: one byte that says which, then its encoding.
namespace tessera::core {

[[nodiscard]] Bytes encode_message(const Message& message);

/// Encodes what one member sends, one message after the other, and the same append to several
/// followers once: all of them get the same bytes. Used by one thread at a time.
class MessageEncoder {
 public:
  [[nodiscard]] Bytes encode(const Message& message);

 private:
  /// What tells one append of a term from another: entries of one position are equal.
  struct AppendName {
    Term term;
    Cursor preceding;
    std::size_t count = 0;
    Cursor last;
    Index commit;
    std::chrono::milliseconds election_timeout{0};
    bool operator==(const AppendName&) const = default;
  };
  std::optional<AppendName> last_;
  Bytes encoded_;  ///< of `last_`
};

/// The message in `frame`; the data of entries, commands and strategies' messages share its
/// storage. `malformed` if it is none: bytes are left over, a length lies, or the kind is unknown.
[[nodiscard]] Result<Message> decode_message(const Bytes& frame);

}  // namespace tessera::core
