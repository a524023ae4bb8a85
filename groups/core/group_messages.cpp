#include <tessera/groups/core/group_state.h>

#include <utility>

namespace tessera::core {

void GroupCore::State::receive(const PeerId& from, Message message) {
  const auto found = peers_.find(from);
  if (found == peers_.end()) return;
  // Whoever has not stated this genesis has nothing to say but about founding.
  const Peer sender = found->second;
  // Heartbeats say by themselves whether the sender sleeps, and memories wake nobody.
  const bool wakes = !std::holds_alternative<HeartbeatRequest>(message) &&
                     !std::holds_alternative<HeartbeatResponse>(message) &&
                     !std::holds_alternative<MemoryNotice>(message);
  if (wakes) wake();
  std::visit(
      [&](auto& content) {
        using Content = std::decay_t<decltype(content)>;
        if constexpr (std::is_constructible_v<FoundingMessage, Content>) {
          founding_message(from, std::move(content));
        } else if (!raft_ || !sender.consents) {
          return;
        } else if constexpr (std::is_same_v<Content, SyncMessage>) {
          take_sync(from, std::move(content.payload));
        } else if constexpr (std::is_same_v<Content, ForwardRequest>) {
          forwarded(sender.member, content);
        } else if constexpr (std::is_same_v<Content, ForwardResponse>) {
          operations_.receive(now_, content);
        } else if constexpr (std::is_same_v<Content, ReadResponse>) {
          reads_.receive(content);
        } else if constexpr (std::is_same_v<Content, AdminRequest>) {
          if (raft_->leads()) admin_desk_.receive(now_, from, content);
        } else if constexpr (std::is_same_v<Content, AdminResponse>) {
          admin_calls_.receive(content);
        } else if constexpr (std::is_same_v<Content, RemovalNotice>) {
          removed(content);
        } else if constexpr (std::is_same_v<Content, MemoryNotice>) {
          for (const StoreMemory& memory : content.memories) witness_.remember(memory);
        } else {
          if constexpr (std::is_same_v<Content, VoteResponse>) {
            if (content.granted && !content.pre) {
              witness_.remember({sender.member, 0, content.term, Index{}});
            }
          }
          raft_->receive(now_, sender.member, content);
        }
      },
      message);
  settle();
}

void GroupCore::State::forwarded(const MemberId& from, const ForwardRequest& request) {
  for (const ForwardResponse& response : intake_.receive(now_, request, *raft_)) {
    outbox_.send(from.peer, response, Ticket{});
  }
}

void GroupCore::State::founding_message(const PeerId& from, const FoundingMessage& message) {
  if (auto taken = founding_->receive(now_, from, message); !taken) {
    outbox_.log(LogLevel::warning,
                "refuses a founding message of " + from.brief() + ": " + taken.error().message());
  }
}

void GroupCore::State::take_sync(const PeerId& from, Bytes message) {
  if (!installing_) {
    catch_up_->receive(from, std::move(message));
    return;
  }
  // Until the installation is durable, the anchor is the new one and the machine still the old:
  // nobody may be served from the two. What does not fit is lost, as on the way.
  if (held_sync_bytes_ + message.size() > options_.limits.sync_message_max) return;
  held_sync_bytes_ += message.size();
  held_sync_.emplace_back(from, std::move(message));
}

void GroupCore::State::removed(const RemovalNotice& notice) {
  // Whoever asked for it is answered; everybody else's operations end here.
  if (notice.position < raft_->committed()) return;
  stop(Error(Errc::removed, "removed from the group at " + notice.position.to_string()));
}

bool GroupCore::State::send_sync(const PeerId& peer, Bytes message) {
  const auto found = peers_.find(peer);
  if (found == peers_.end() || !found->second.consents) return false;
  if (message.size() > options_.limits.sync_message_max) return false;
  outbox_.send(peer, SyncMessage{std::move(message)}, Ticket{});
  return true;
}

}  // namespace tessera::core
