#pragma once

#include <boost/system/error_code.hpp>

#include <string>
#include <string_view>

/// Every error a caller may branch on, in one category, so that it travels through Asio unchanged.
///
/// `explain()` says what a code means and what to do; an `Error` adds which instance of it this is.
namespace tessera {

enum class Errc {
  // What the caller of an operation may assume (api.md).
  not_committed = 1,  ///< certainly not applied
  unknown_outcome,    ///< may have been applied, or may still be
  offline,            ///< no leader was reachable within the operation's timeout
  would_block,        ///< a bound is full and the caller chose not to wait
  group_closed,       ///< the group or its network has been closed
  too_large,          ///< the command or message is above its limit
  session_unknown,    ///< the client session has expired
  // What stops a member.
  storage_failed,    ///< a write or sync failed; the node's groups have stopped
  machine_failed,    ///< `apply` threw, or the machine broke its contract
  machine_mismatch,  ///< the group is joined already with another machine type
  needs_upgrade,     ///< the log holds an entry this version does not know
  genesis_conflict,  ///< peers of one group id hold two different foundings
  not_allowed,       ///< a peer or caller may not do this
  // Bad input.
  malformed,         ///< bytes that do not decode
  invalid_argument,  ///< a setting or argument out of its range
  version_mismatch,  ///< a format or protocol version this build does not speak
  damaged,           ///< stored data that fails its checks
  foreign,           ///< data that belongs to another node, group or program
  // The network.
  handshake_failed,  ///< the other side is not who it must be, or does not speak our protocol
  disconnected,      ///< the link is gone
  timed_out,         ///< no answer in time
  not_found,         ///< there is no such thing
  io_failed,         ///< the operating system refused an operation
  // As of the first ones; later than them, so that no number changes.
  result_too_large,    ///< applied, but the result is above the group's `result_max` and dropped
  last_voter,          ///< the last voter of a group cannot leave it or lose its vote
  removed,             ///< this member was removed from the group
  stale_storage,       ///< the store is an older copy of what peers have heard it state
  duplicate_identity,  ///< two running processes use one identity
  diverged,            ///< this member's state is not that of the group
  disk_full,           ///< the disk is nearly full: no commands are taken until there is room
};

/// The highest number in use: a code above it comes from a later version.
inline constexpr Errc errc_last = Errc::disk_full;

[[nodiscard]] const boost::system::error_category& error_category() noexcept;

[[nodiscard]] boost::system::error_code make_error_code(Errc code) noexcept;

/// One sentence for any error code: what happened and what to do about it.
/// For codes of other categories this is their own message. Callable from any thread.
[[nodiscard]] std::string explain(const boost::system::error_code& code);

/// A code and the instance: what happened, to what.
class Error {
 public:
  Error(Errc code, std::string message);
  Error(boost::system::error_code code, std::string message);

  [[nodiscard]] const boost::system::error_code& code() const { return code_; }
  [[nodiscard]] const std::string& message() const { return message_; }

  /// True if this is `code`.
  [[nodiscard]] bool is(Errc code) const;

  /// The same error seen from further out: "`context`: message".
  [[nodiscard]] Error within(std::string_view context) const;

 private:
  boost::system::error_code code_;
  std::string message_;
};

}  // namespace tessera

namespace boost::system {
template <>
struct is_error_code_enum<tessera::Errc> : std::true_type {};
}  // namespace boost::system
