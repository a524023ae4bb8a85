#pragma once

#include <tessera/groups/command_envelope.h>
#include <tessera/primitives/error.h>

#include <boost/system/errc.hpp>

#include <cstddef>

/// How much the commands of a member's callers take, all together, and what their ends are called.
namespace tessera::core {

/// Bytes of commands that were taken and not let go of. Shared by the parts that hold them.
class Backlog {
 public:
  [[nodiscard]] std::size_t bytes() const { return bytes_; }
  void took(const Bytes& command) { bytes_ += size_of(command); }
  void let_go(const Bytes& command) { bytes_ -= size_of(command); }

 private:
  static std::size_t size_of(const Bytes& command) {
    return command.size() + CommandEnvelope::header_size;
  }

  std::size_t bytes_ = 0;
};

/// What Asio calls operation_aborted.
[[nodiscard]] inline Error aborted() {
  return {boost::system::error_code(boost::system::errc::operation_canceled,
                                    boost::system::system_category()),
          "the operation was cancelled"};
}

[[nodiscard]] inline Error cancelled_too_late() {
  return {Errc::unknown_outcome, "cancelled after it had left"};
}

[[nodiscard]] inline Error no_leader_in_time() {
  return {Errc::offline, "no leader took the command in time"};
}

[[nodiscard]] inline Error unknown_after_timeout() {
  return {Errc::unknown_outcome, "the command left this member and was not seen applied in time"};
}

}  // namespace tessera::core
