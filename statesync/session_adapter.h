#pragma once

#include <tessera/groups/catch_up.h>
#include <tessera/statesync/provider_adapter.h>

#include <memory>
#include <optional>
#include <utility>
#include <vector>

/// A strategy's session behind the untyped port.
///
/// Owned by the group's core, used on its strand; must not outlive the `MachineAdapter` that made
/// it. What the session throws is the reason with which it fails.
namespace tessera {

template <class S>
class SessionAdapter final : public CatchUpSession {
 public:
  using Machine = typename S::Machine;
  using Message = typename S::Message;
  using Session = typename S::Session;
  using Command = typename Machine::Command;
  using Parts = typename ProviderAdapter<S>::Parts;

  SessionAdapter(Parts parts, SessionStart start, SessionContext& port)
      : home_(parts.home), handed_back_(parts.handed_back) {
    auto entries = statesync::as_handles<Command>(std::move(start.entries));
    run(port, [&](SyncSessionContext<S>& cx) {
      session_.reset(new Session(parts.strategy.create_session(
          cx, start.target, start.leader_commit, std::move(entries))));
    });
  }

  std::optional<Cursor> poll(SessionContext& port) override {
    std::optional<Cursor> done;
    run(port, [&](SyncSessionContext<S>& cx) {
      if (session_) done = session_->poll(cx);
    });
    return done;
  }

  bool receive(const Bytes& message, const PeerId& sender, SessionContext& port) override {
    auto decoded = handed_back_.take(message);
    if (!decoded) {
      auto fresh = decode<Message>(message);
      if (!fresh) {
        home_.tell({SyncEvent::Kind::undecodable_message, sender, fresh.error().message()});
        return false;
      }
      decoded = *std::move(fresh);
    }
    run(port, [&](SyncSessionContext<S>& cx) {
      if (session_) session_->receive(*std::move(decoded), sender, cx);
    });
    return true;
  }

  void buffer(Cursor preceding, std::vector<LogEntry> entries, SessionContext& port) override {
    auto typed = statesync::as_handles<Command>(std::move(entries));
    run(port, [&](SyncSessionContext<S>& cx) {
      if (session_) session_->buffer(preceding, std::move(typed), cx);
    });
  }

  void entries_read([[maybe_unused]] Index from, [[maybe_unused]] std::vector<LogEntry> entries,
                    [[maybe_unused]] SessionContext& port) override {
    if constexpr (strategy::SessionReadsEntries<S>) {
      auto typed = statesync::as_handles<Command>(std::move(entries));
      run(port, [&](SyncSessionContext<S>& cx) {
        if (session_) session_->entries_read(from, std::move(typed), cx);
      });
    }
  }

  void part_read([[maybe_unused]] const storage::SnapshotPart& part,
                 [[maybe_unused]] std::optional<Bytes> data,
                 [[maybe_unused]] SessionContext& port) override {
    if constexpr (strategy::SessionReadsParts<S>) {
      run(port, [&](SyncSessionContext<S>& cx) {
        if (session_) session_->part_read(part, std::move(data), cx);
      });
    }
  }

 private:
  template <class Action>
  void run(SessionContext& port, Action action) {
    SyncSessionContext<S> cx({port, home_});
    auto thrown = statesync::attempt([&] { action(cx); });
    if (thrown) port.fail("the strategy threw: " + *thrown);
  }

  const SyncHome<Machine>& home_;
  HandedBack<Message>& handed_back_;
  std::unique_ptr<Session> session_;
};

}  // namespace tessera
