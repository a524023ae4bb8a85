#pragma once

#include <tessera/runtime/tool/bench/catchup_options.h>
#include <tessera/runtime/tool/bench/client_member.h>
#include <tessera/runtime/tool/bench/failover_options.h>
#include <tessera/runtime/tool/bench/member_command.h>
#include <tessera/runtime/tool/bench/throughput_options.h>
#include <tessera/runtime/tool/exit_code.h>
#include <tessera/runtime/tool/settings.h>

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

/// What the program can do, one function each; main.cpp reads the command line.
namespace tessera::tool {

/// What every command that asks a running node is told.
struct Asking {
  std::filesystem::path data_dir = "tessera-data";
  bool json = false;
};

[[nodiscard]] ExitCode run_node(const NodeSettings& settings);
[[nodiscard]] ExitCode show_status(const Asking& asking);
[[nodiscard]] ExitCode list_members(const Asking& asking);
/// Changes the membership of one member: `op` is promote, demote, remove or transfer.
struct MemberChange {
  std::string op;
  std::string peer;  ///< its id, or the beginning of it
};
[[nodiscard]] ExitCode change_member(const Asking& asking, const MemberChange& change);

struct Entry {
  std::string key;
  std::string value;
};
[[nodiscard]] ExitCode put(const Asking& asking, const Entry& entry);

struct Lookup {
  std::string key;
  bool weak = false;
};
[[nodiscard]] ExitCode get(const Asking& asking, const Lookup& lookup);

struct Loading {
  std::filesystem::path file;
  /// Of a CSV file: the column, from 1, whose value is the key. 0: lines, keyed by their number.
  std::size_t key_column = 0;
  std::size_t in_flight = 64;
};
[[nodiscard]] ExitCode load(const Asking& asking, const Loading& loading);

/// Shows what the store of a stopped node holds.
struct InspectOptions {
  std::filesystem::path folder = "tessera-data";
  bool json = false;
};
[[nodiscard]] ExitCode inspect(const InspectOptions& options);

/// Makes, checks and uses backups.
struct BackupOptions {
  std::filesystem::path data_dir = "tessera-data";
  std::filesystem::path backup;
  std::string group;         ///< which, if the store holds several: the beginning of its id
  bool uncommitted = false;  ///< save also what is not known to be committed
  bool found = false;        ///< restore as the founder of a new group
  bool join = false;         ///< restore as one more member of the group
  bool json = false;
};
[[nodiscard]] ExitCode save_snapshot(const BackupOptions& options);
[[nodiscard]] ExitCode verify_snapshot(const BackupOptions& options);
[[nodiscard]] ExitCode restore_snapshot(const BackupOptions& options);

struct DemoOptions {
  bool json = false;
  bool keep = false;
  std::uint64_t seed = 1;
  std::filesystem::path report = "tessera-demo.html";
};
[[nodiscard]] ExitCode run_demo(const DemoOptions& options);

/// Measures how fast a member catches up.
[[nodiscard]] ExitCode run_catchup(const CatchUpOptions& options);
/// Measures how fast a group takes writes, or answers reads.
[[nodiscard]] ExitCode run_throughput(const ThroughputOptions& options);
/// Measures how long a group takes no writes when its leader goes.
[[nodiscard]] ExitCode run_failover(const FailoverOptions& options);

}  // namespace tessera::tool
