#pragma once

#include <tessera/groups/catch_up.h>
#include <tessera/groups/core/configuration.h>
#include <tessera/groups/settings.h>
#include <tessera/primitives/error.h>
#include <tessera/primitives/ids.h>
#include <tessera/primitives/time.h>
#include <tessera/storage/cursor.h>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

/// One consistent view of a group as this member sees it.
namespace tessera::core {

enum class Role : std::uint8_t {
  founding,  ///< no group yet, or none heard of
  follower,
  pre_candidate,
  candidate,
  leader,
  stopped,  ///< by a failure, see `problem`, or closed
};

struct SessionStatus {
  std::uint64_t number = 0;
  Cursor target;
  SyncProgress progress;
  std::map<PeerId, std::uint64_t> received;  ///< bytes of messages, by who sent them
  std::size_t buffered = 0;                  ///< bytes of entries it was handed in advance
  std::string last_failure;  ///< why the previous session of this catch-up was given up
};

/// A session that is over, as it was then.
struct EndedSession {
  SessionStatus session;
  Duration lasted{0};
  std::string failure;  ///< why it was given up; empty: it caught up, or was needed no more
};

/// How far a start has got with the log behind the snapshot that it began with.
struct ReplayStatus {
  std::uint64_t entries_done = 0;
  std::uint64_t entries_total = 0;  ///< up to what the store knew to be committed
  std::uint64_t bytes = 0;          ///< of the entries applied in this life

  bool operator==(const ReplayStatus&) const = default;
};

struct Status {
  Role role = Role::founding;
  MemberId self;
  GenesisId genesis;
  Term term;
  std::optional<MemberId> leader;
  Cursor base;     ///< before the first entry held
  Cursor last;     ///< the end of the log
  Cursor durable;  ///< the end of the log on stable storage
  Cursor committed;
  Cursor applied;
  LogTime log_time{0};              ///< at `applied`
  std::size_t client_sessions = 0;  ///< of the whole group, at `applied`
  Configuration configuration;
  GroupSettings settings;
  std::vector<PeerId> bonds;
  std::optional<SessionStatus> session;
  std::optional<EndedSession> last_session;  ///< the latest that has ended in this run
  SyncTotals sync_totals;
  ReplayStatus replay;
  /// The commit floor found at start is applied, a leader is known and no session is running.
  bool online = false;
  /// It sends and expects no heartbeats until something happens.
  bool asleep = false;
  /// The disk is short of space: no commands are taken.
  bool disk_short = false;
  /// Why the member does not do what it should, if so.
  std::optional<Error> problem;
};

}  // namespace tessera::core
