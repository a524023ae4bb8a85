#include <tessera/primitives/error.h>

namespace tessera {
namespace {

const char* describe(Errc code) {
  switch (code) {
    case Errc::not_committed:
      return "the command was certainly not applied; it may be sent again";
    case Errc::unknown_outcome:
      return "the command may have been applied, or may still be; read the state before repeating";
    case Errc::offline:
      return "no leader was reachable in time; check that a majority of the members is running";
    case Errc::would_block:
      return "the group's queue is full; wait, or slow down";
    case Errc::group_closed:
      return "the group has been closed on this node";
    case Errc::too_large:
      return "the command or message is larger than its limit";
    case Errc::session_unknown:
      return "the client session has expired; open a new one";
    case Errc::storage_failed:
      return "a write to the store failed and this node's groups have stopped; check the disk";
    case Errc::machine_failed:
      return "the state machine failed; this member has stopped at that position";
    case Errc::machine_mismatch:
      return "the group is already joined with another state machine type";
    case Errc::needs_upgrade:
      return "the log holds an entry that this version does not know; upgrade this member";
    case Errc::genesis_conflict:
      return "members of this group were founded apart; wipe the data of one side";
    case Errc::not_allowed:
      return "this is not allowed";
    case Errc::last_voter:
      return "the last voter of a group cannot leave it or lose its vote; promote another first";
    case Errc::removed:
      return "this member was removed from the group; join again to come back as a learner";
    case Errc::malformed:
      return "the bytes do not decode";
    case Errc::invalid_argument:
      return "a setting or argument is out of its range";
    case Errc::version_mismatch:
      return "the format or protocol version is not one that this build speaks";
    case Errc::damaged:
      return "stored data fails its checks; a member gets its data anew from its peers";
    case Errc::foreign:
      return "the data belongs to another node, group or program";
    case Errc::handshake_failed:
      return "the secure channel could not be set up with this peer";
    case Errc::disconnected:
      return "the link to the peer is gone";
    case Errc::timed_out:
      return "there was no answer in time";
    case Errc::not_found:
      return "there is no such thing";
    case Errc::io_failed:
      return "the operating system refused an operation";
    case Errc::stale_storage:
      return "this member's store is an older copy of the one its peers know; it comes back under "
             "a "
             "new storage id";
    case Errc::duplicate_identity:
      return "two running processes use one identity; give each node its own data_dir";
    case Errc::diverged:
      return "this member's state is not that of the group; it is rebuilt from its peers";
    case Errc::disk_full:
      return "the command was not taken, because the disk is nearly full; make room, then send it "
             "again";
    case Errc::result_too_large:
      return "the command was applied, but its result is above the group's result_max and was "
             "dropped; ask for it with a query";
  }
  return "an error this version does not know";
}

// Boost's base class is never deleted through, and says so to g++ only for itself.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wnon-virtual-dtor"
class Category final : public boost::system::error_category {
 public:
  const char* name() const noexcept override { return "tessera"; }
  std::string message(int value) const override { return describe(static_cast<Errc>(value)); }
};
#pragma GCC diagnostic pop

}  // namespace

const boost::system::error_category& error_category() noexcept {
  static const Category category;
  return category;
}

boost::system::error_code make_error_code(Errc code) noexcept {
  return {static_cast<int>(code), error_category()};
}

std::string explain(const boost::system::error_code& code) { return code.message(); }

Error::Error(Errc code, std::string message)
    : code_(make_error_code(code)), message_(std::move(message)) {}

Error::Error(boost::system::error_code code, std::string message)
    : code_(code), message_(std::move(message)) {}

bool Error::is(Errc code) const { return code_ == make_error_code(code); }

Error Error::within(std::string_view context) const {
  return {code_, std::string(context) + ": " + message_};
}

}  // namespace tessera
