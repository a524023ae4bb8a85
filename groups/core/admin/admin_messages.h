#pragma once

#include <tessera/groups/settings.h>
#include <tessera/primitives/error.h>
#include <tessera/primitives/ids.h>
#include <tessera/storage/cursor.h>

#include <cstdint>
#include <string>

/// What a caller asks for that is not about the machine. Plain values.
namespace tessera::core {

struct AdminAction {
  enum class Kind : std::uint8_t {
    remove = 0,     ///< `peer` is no member any more
    promote = 1,    ///< `peer`, a learner, votes
    demote = 2,     ///< `peer`, a voter, becomes a learner and stays one until promoted
    transfer = 3,   ///< `peer` leads
    configure = 4,  ///< `settings` are in force
    // What a member does with its own store; no leader is asked.
    snapshot = 5,  ///< the state is stored as it is now
    prune = 6,     ///< the log is dropped as far as a snapshot and the strategy allow
  };
  Kind kind = Kind::remove;
  PeerId peer;
  GroupSettings settings;

  template <class Archive>
  void serialize(Archive& archive) {
    archive(kind, peer, settings);
  }
};

/// (run, number) is the asker's own. Asking again is harmless: what is done already is done.
struct AdminRequest {
  std::uint64_t run = 0;
  std::uint64_t number = 0;
  AdminAction action;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(run, number, action);
  }
};

struct AdminResponse {
  std::uint64_t run = 0;
  std::uint64_t number = 0;
  Errc error{};  ///< 0: done, and committed
  std::string message;
  Cursor position;  ///< where the change is in force from
  template <class Archive>
  void serialize(Archive& archive) {
    archive(run, number, error, message, position);
  }
};

/// The receiver was removed from the group at `position`, which is committed.
struct RemovalNotice {
  Cursor position;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(position);
  }
};

}  // namespace tessera::core
