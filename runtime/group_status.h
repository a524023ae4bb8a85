#pragma once

#include <tessera/groups/catch_up.h>
#include <tessera/groups/settings.h>
#include <tessera/primitives/error.h>
#include <tessera/primitives/ids.h>
#include <tessera/primitives/time.h>
#include <tessera/storage/cursor.h>
#include <tessera/storage/member_id.h>
#include <tessera/storage/raw_entry.h>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// One consistent view of a group, as this node's member sees it. Plain values.
namespace tessera::shell {
struct MemberStatus;
}  // namespace tessera::shell

namespace tessera {

enum class Role : std::uint8_t {
  founding,   ///< no group yet, or none heard of
  follower,   ///< follows the leader, or looks for one
  candidate,  ///< asks for votes
  leader,     ///< orders the commands
  stopped,    ///< closed, or stopped by a failure (`problem`)
};

[[nodiscard]] std::string_view name_of(Role role);

/// One member of the group in the configuration in force.
struct MemberInfo {
  MemberId id;
  bool voter = false;   ///< counts in elections and commits; otherwise it learns only
  bool bonded = false;  ///< connected to this node and proven; always true for this node itself
};

/// A catch-up session of this member.
struct SyncStatus {
  Cursor target;                             ///< the committed position it must reach
  SyncProgress progress;                     ///< totals are zero while unknown
  std::map<PeerId, std::uint64_t> received;  ///< bytes of the session's messages, by their sender
  std::string last_failure;  ///< why the session before was given up; empty if none was
};

/// A session that is over, as it was then.
struct EndedSync {
  SyncStatus session;
  Duration lasted{0};
  std::string failure;  ///< why it was given up; empty: it caught up, or was needed no more
};

/// What this member's start does, or has done: it fills its machine from the newest snapshot, part
/// by part, and applies the entries behind it, as far as it knew them to be committed.
struct StartProgress {
  std::uint32_t parts_done = 0;
  std::uint32_t parts_total = 0;  ///< zero until they are counted, or without a snapshot
  std::uint64_t state_bytes = 0;  ///< of the parts done
  std::uint64_t entries_done = 0;
  std::uint64_t entries_total = 0;  ///< zero until the parts are done
  std::uint64_t log_bytes = 0;      ///< of the entries applied since the start
};

/// A linked peer that wants into this group and with which no bond is possible.
struct BondProblem {
  PeerId peer;
  Error reason;  ///< the component that differs, or what else stands in the way
};

struct GroupStatus {
  GroupId group;
  PeerId self;
  StorageId storage;  ///< of this member's store; a member is the pair of both
  GenesisId genesis;  ///< which founding; none before there is one
  Role role = Role::founding;
  Term term;
  std::optional<PeerId> leader;
  Cursor base;       ///< before the first entry held
  Cursor last;       ///< the end of this member's log
  Cursor durable;    ///< the end of what is on its stable storage
  Cursor committed;  ///< as far as it knows
  Cursor applied;    ///< what its state machine holds
  LogTime log_time{0};
  std::size_t client_sessions = 0;  ///< that the group keeps, of all its members
  std::vector<MemberInfo> members;
  std::vector<PeerId> bonds;  ///< peers that are connected and have proved the group's key
  std::vector<BondProblem> bond_problems;  ///< also while this member does all it should
  GroupSettings settings;
  bool online = false;  ///< a leader is known, the commit floor is applied, no session is running
  /// Nothing happens in the group, and its members exchange nothing until something does.
  bool asleep = false;
  bool disk_short = false;             ///< the disk is nearly full: commands get `disk_full`
  std::optional<SyncStatus> sync;      ///< a session that is running
  std::optional<EndedSync> last_sync;  ///< the latest session that has ended since the start
  SyncTotals sync_totals;
  bool opening = false;  ///< the start is under way: its store is read, its log replayed
  StartProgress start;
  bool closed = false;
  /// Why the member does not do what it should, in words, the most telling reason first.
  std::optional<Error> problem;
};

namespace runtime {
/// The public view of what the shell knows.
[[nodiscard]] GroupStatus describe(const shell::MemberStatus& status);
}  // namespace runtime

}  // namespace tessera
