#include <tessera/runtime/tool/demo/member_view.h>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace tessera::tool::demo {

using nlohmann::json;

MemberView MemberView::from(const json& status) {
  const auto text = [&](const char* name) {
    const json& value = status.at(name);
    return value.is_string() ? value.get<std::string>() : std::string();
  };
  MemberView view;
  view.peer = text("peer");
  view.listen = status.at("listen").get<std::vector<std::string>>();
  view.role = text("role");
  view.term = status.at("term").get<std::uint64_t>();
  view.leader = text("leader");
  view.last = status.at("last_index").get<std::uint64_t>();
  view.committed = status.at("committed_index").get<std::uint64_t>();
  view.applied = status.at("applied_index").get<std::uint64_t>();
  view.online = status.at("online").get<bool>();
  view.members = status.at("members").size();
  for (const json& member : status.at("members")) {
    if (member.at("bonded").get<bool>() && member.at("peer") != view.peer) ++view.bonded;
    // A wiped disk comes back under a storage id of its own: the one before may still be listed.
    if (member.at("storage") == status.at("storage")) view.votes = member.at("voter").get<bool>();
  }
  view.problem = text("problem");
  if (const json& sync = status.at("sync"); !sync.is_null()) {
    const auto number = [&](const char* name) { return sync.at(name).get<std::uint64_t>(); };
    Sync progress;
    progress.bytes_done = number("bytes_done");
    progress.bytes_total = number("bytes_total");
    progress.entries_done = number("entries_done");
    progress.entries_total = number("entries_total");
    progress.last_failure = sync.at("last_failure").get<std::string>();
    view.sync = std::move(progress);
  }
  return view;
}

std::string MemberView::sentence() const {
  std::string text = fmt::format("{} in term {}, {} members, applied {} of {}, {}", role, term,
                                 members, applied, committed, online ? "online" : "not online");
  if (sync) {
    text += fmt::format(", catching up: {} of {} bytes", sync->bytes_done, sync->bytes_total);
    if (!sync->last_failure.empty()) text += " (before: " + sync->last_failure + ")";
  }
  if (!problem.empty()) text += "; problem: " + problem;
  return text;
}

}  // namespace tessera::tool::demo
