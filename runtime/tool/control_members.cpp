#include <tessera/runtime/tool/control_answers.h>
#include <tessera/runtime/tool/control_members.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <nlohmann/json.hpp>

#include <optional>

namespace tessera::tool {
namespace {

namespace asio = boost::asio;
using nlohmann::json;

constexpr auto completion = asio::as_tuple(asio::use_awaitable);

/// The one member whose id begins with `beginning`; nothing if there is none, or several.
std::optional<PeerId> member_named(const Group<Registry>& group, const std::string& beginning) {
  std::optional<PeerId> found;
  for (const MemberInfo& member : group.members()) {
    if (member.id.peer.hex().find(beginning) != 0) continue;
    if (found && *found != member.id.peer) return std::nullopt;
    found = member.id.peer;
  }
  return found;
}

asio::awaitable<std::tuple<boost::system::error_code, Cursor>> change(Admin admin, std::string op,
                                                                      PeerId peer) {
  if (op == "promote") co_return co_await admin.promote(peer, completion);
  if (op == "demote") co_return co_await admin.demote(peer, completion);
  if (op == "remove") co_return co_await admin.remove(peer, completion);
  co_return co_await admin.transfer(peer, completion);
}

}  // namespace

bool changes_members(const std::string& op) {
  return op == "promote" || op == "demote" || op == "remove" || op == "transfer";
}

asio::awaitable<json> change_members(Group<Registry> group, json request) {
  const std::string beginning = text_of(request, "peer");
  const auto peer = beginning.empty() ? std::nullopt : member_named(group, beginning);
  if (!peer) {
    json answer = failure(make_error_code(Errc::not_found));
    answer["message"] = "no member, or more than one, has an id that begins with \"" + beginning +
                        "\"; `tessera members list` shows them";
    co_return answer;
  }
  const auto [error, position] = co_await change(group.admin(), text_of(request, "op"), *peer);
  if (error) co_return failure(error);
  json answer;
  answer["ok"] = true;
  answer["peer"] = peer->hex();
  answer["position"] = position.to_string();
  co_return answer;
}

}  // namespace tessera::tool
