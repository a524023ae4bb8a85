#include <tessera/runtime/tool/ask.h>
#include <tessera/runtime/tool/backup/backup_folder.h>
#include <tessera/runtime/tool/backup/restoring.h>
#include <tessera/runtime/tool/backup/saving.h>
#include <tessera/runtime/tool/commands.h>
#include <tessera/runtime/tool/console.h>
#include <tessera/runtime/tool/control_client.h>
#include <tessera/runtime/tool/store/data_folder.h>
#include <tessera/storage/rocks/stopped_store.h>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <system_error>
#include <utility>

namespace tessera::tool {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

/// A running node copies as long as it takes.
constexpr std::chrono::hours copy_wait{24};

std::string size_of(std::uint64_t bytes) { return bytes_text(static_cast<double>(bytes)); }

/// The one group whose id begins with `beginning`.
Result<GroupId> group_named(storage::LogStore& log, const std::string& beginning) {
  const auto groups = log.groups();
  if (!groups) return groups.error();
  std::vector<GroupId> fitting;
  std::string all;
  for (const GroupId& group : *groups) {
    all += "\n  " + group.hex();
    if (group.hex().starts_with(beginning)) fitting.push_back(group);
  }
  if (fitting.size() == 1) return fitting.front();
  if (groups->empty()) return Error(Errc::not_found, "the store holds no group");
  if (fitting.empty()) {
    return Error(Errc::not_found,
                 fmt::format("no group's id begins with \"{}\"; there are{}", beginning, all));
  }
  return Error(Errc::invalid_argument,
               "the store holds several groups; name one by --group:" + all);
}

Result<json> save_stopped(const BackupOptions& options) {
  const auto folder = find_store_folder(options.data_dir);
  if (!folder) return folder.error();
  const auto store = storage::open_stopped_store(*folder);
  if (!store) return store.error();
  if (auto kept = (*store)->keeps_promises(); !kept) return std::move(kept).error();
  const auto group = group_named((*store)->log(), options.group);
  if (!group) return group.error();
  const auto owner = (*store)->owner();
  if (!owner) return owner.error();
  Saving saving;
  saving.group = *group;
  saving.owner = *owner;
  saving.folder = options.backup;
  saving.uncommitted = options.uncommitted;
  const auto saved = save_backup((*store)->log(), (*store)->snapshots(), saving);
  if (!saved) return saved.error();
  const auto record = (*store)->log().open(*group);
  json report = backup_json(*saved);
  report["left_out"] = record ? record->last.index - saved->last.index : 0;
  return report;
}

Result<json> save_running(const BackupOptions& options) {
  std::error_code error;
  const fs::path folder = fs::absolute(options.backup, error).lexically_normal();
  return ask_node(options.data_dir, {{"op", "save"}, {"folder", folder.string()}}, copy_wait);
}

bool is_running(const fs::path& data_dir) {
  std::error_code error;
  if (!fs::exists(control_socket(data_dir), error)) return false;
  const auto status = ask_node(data_dir, {{"op", "status"}});
  // What is left of a killed node's socket answers nobody.
  return status.has_value() || !status.error().is(Errc::disconnected);
}

void say_saved(const BackupOptions& options, const json& report, bool running) {
  say(fmt::format("saved group {} up to {}, {}, from a {} node, in {}",
                  report.at("group").get<std::string>().substr(0, 10),
                  report.at("last").get<std::string>(),
                  size_of(report.at("bytes").get<std::uint64_t>()), running ? "running" : "stopped",
                  options.backup.string()));
  const auto left = report.value("left_out", std::uint64_t{0});
  if (left != 0) {
    say(
        fmt::format("{} entries behind it are not known to be committed and were left out; "
                    "--uncommitted saves them, too",
                    left));
  }
}

void say_restored(const BackupOptions& options, const Restored& restored) {
  const std::string group = restored.backup.group.brief();
  if (options.found) {
    say(fmt::format(
        "{} now holds a NEW group: it has the state of group {} at {} and a genesis of "
        "its own ({}), and this node is its only member. Members of the old group "
        "refuse it. Start this node as always; give every other member an empty "
        "data folder and --join.",
        options.data_dir.string(), group, restored.last.to_string(), restored.genesis.brief()));
    if (restored.backup.last.index > restored.backup.committed) {
      say(fmt::format("It takes over {} entries that were not known to be committed.",
                      restored.backup.last.index - restored.backup.committed));
    }
    return;
  }
  say(fmt::format(
      "{} now holds one more MEMBER of group {} (genesis {}), which must be alive: it "
      "begins with the state at {}, learns what has happened since from the others, "
      "and votes only when they have made it a voter. Start it with --join and the "
      "address of a member.",
      options.data_dir.string(), group, restored.genesis.brief(), restored.last.to_string()));
  if (restored.left != 0) {
    say(fmt::format("{} entries of the backup are not known to be committed and were left out.",
                    restored.left));
  }
}

}  // namespace

ExitCode save_snapshot(const BackupOptions& options) {
  const bool running = is_running(options.data_dir);
  if (running && options.uncommitted) {
    return complain(Error(Errc::invalid_argument,
                          "--uncommitted is for a stopped node: a running one knows what is "
                          "committed"));
  }
  const auto report = running ? save_running(options) : save_stopped(options);
  if (!report) return complain(report.error());
  if (options.json) print(report->dump());
  say_saved(options, *report, running);
  return ExitCode::done;
}

ExitCode verify_snapshot(const BackupOptions& options) {
  std::size_t failures = 0;
  std::size_t checks = 0;
  const auto show = [&](const BackupCheck& check) {
    ++checks;
    if (check.failure) ++failures;
    if (options.json) {
      json line;
      line["name"] = check.name;
      line["ok"] = !check.failure.has_value();
      line["failure"] = check.failure ? json(check.failure->message()) : json();
      print(line.dump());
    } else if (check.failure) {
      print("FAIL  " + check.failure->message());
    } else {
      print(fmt::format("PASS  {}  {}", check.name, size_of(check.bytes)));
    }
  };
  const auto sound = verify_backup(options.backup, show);
  if (!sound) return complain(sound.error());
  if (*sound) return ExitCode::done;
  return complain(
      Error(Errc::damaged, fmt::format("{} of {} checks of the backup in {} fail: it is of no use",
                                       failures, checks, options.backup.string())));
}

ExitCode restore_snapshot(const BackupOptions& options) {
  if (options.found == options.join) {
    return complain(Error(
        Errc::invalid_argument,
        "say what becomes of it: --found (a new group, of which this node is the only member; for "
        "when the old group is gone) or --join (one more member of the group, which is alive)"));
  }
  Restoring restoring;
  restoring.backup = options.backup;
  restoring.data_dir = options.data_dir;
  restoring.as = options.found ? Restoring::As::founder : Restoring::As::member;
  const auto restored = restore_backup(restoring);
  if (!restored) return complain(restored.error());
  if (options.json) {
    json report;
    report["as"] = options.found ? "founder" : "member";
    report["group"] = restored->backup.group.hex();
    report["genesis"] = restored->genesis.hex();
    report["peer"] = restored->member.peer.hex();
    report["storage"] = restored->member.storage.hex();
    report["last"] = restored->last.to_string();
    report["left_out"] = restored->left;
    print(report.dump());
  }
  say_restored(options, *restored);
  return ExitCode::done;
}

}  // namespace tessera::tool
