#pragma once

#include <tessera/groups/catch_up.h>
#include <tessera/statesync/attempt.h>
#include <tessera/statesync/state_sync.h>

#include <memory>
#include <optional>
#include <utility>
#include <vector>

/// A strategy's provider behind the untyped port.
///
/// Owned by the group's core, used on its strand; must not outlive the `MachineAdapter` that made
/// it. Nothing that the provider throws gets out.
namespace tessera {

/// A message that the provider has decoded and handed back, so that the session need not decode it
/// again. Holds one message at most; its bytes are kept, so their address is nobody else's.
template <class Message>
struct HandedBack {
  Bytes bytes;
  std::optional<Message> message;

  void clear() {
    bytes = {};
    message.reset();
  }
  /// The message if it is the one decoded from `asked`.
  [[nodiscard]] std::optional<Message> take(const Bytes& asked) {
    if (!message || asked.data() != bytes.data() || asked.size() != bytes.size()) {
      return std::nullopt;
    }
    auto taken = std::move(message);
    clear();
    return taken;
  }
};

template <class S>
class ProviderAdapter final : public CatchUpProvider {
 public:
  using Machine = typename S::Machine;
  using Message = typename S::Message;
  using Provider = typename S::Provider;
  using Command = typename Machine::Command;

  struct Parts {
    const S& strategy;
    const SyncHome<Machine>& home;
    HandedBack<Message>& handed_back;
  };
  ProviderAdapter(Parts parts, ProviderContext& port)
      : home_(parts.home), handed_back_(parts.handed_back) {
    run(port, [&](SyncProviderContext<S>& cx) {
      provider_.reset(new Provider(parts.strategy.create_provider(cx)));
    });
  }

  std::optional<Bytes> receive(Bytes message, const PeerId& sender,
                               ProviderContext& port) override {
    handed_back_.clear();
    auto decoded = decode<Message>(message);
    if (!decoded) {
      home_.tell({SyncEvent::Kind::undecodable_message, sender, decoded.error().message()});
      return std::nullopt;
    }
    std::optional<Message> back;
    run(port, [&](SyncProviderContext<S>& cx) {
      if (provider_) back = provider_->receive(*std::move(decoded), sender, cx);
    });
    if (!back) return std::nullopt;
    handed_back_.bytes = message;
    handed_back_.message = std::move(back);
    return message;
  }

  bool poll(ProviderContext& port) override {
    bool again = false;
    if constexpr (strategy::ProviderPolls<S>) {
      run(port, [&](SyncProviderContext<S>& cx) { again = provider_ && provider_->poll(cx); });
    }
    return again;
  }

  void committed([[maybe_unused]] Cursor position,
                 [[maybe_unused]] ProviderContext& port) override {
    if constexpr (strategy::ProviderSeesCommits<S>) {
      run(port, [&](SyncProviderContext<S>& cx) {
        if (provider_) provider_->committed(position, cx);
      });
    }
  }

  void marker([[maybe_unused]] Cursor position, [[maybe_unused]] const Bytes& marker,
              [[maybe_unused]] ProviderContext& port) override {
    if constexpr (strategy::ProviderSeesMarkers<S>) {
      run(port, [&](SyncProviderContext<S>& cx) {
        if (provider_) provider_->marker(position, Bytes(marker), cx);
      });
    }
  }

  void entries_read([[maybe_unused]] Index from, [[maybe_unused]] std::vector<LogEntry> entries,
                    [[maybe_unused]] ProviderContext& port) override {
    if constexpr (strategy::ProviderReadsEntries<S>) {
      auto typed = statesync::as_handles<Command>(std::move(entries));
      run(port, [&](SyncProviderContext<S>& cx) {
        if (provider_) provider_->entries_read(from, std::move(typed), cx);
      });
    }
  }

  void part_read([[maybe_unused]] const storage::SnapshotPart& part,
                 [[maybe_unused]] std::optional<Bytes> data,
                 [[maybe_unused]] ProviderContext& port) override {
    if constexpr (strategy::ProviderReadsParts<S>) {
      run(port, [&](SyncProviderContext<S>& cx) {
        if (provider_) provider_->part_read(part, std::move(data), cx);
      });
    }
  }

  [[nodiscard]] std::optional<Index> safe_to_prune_prefix(
      [[maybe_unused]] ProviderContext& port) const override {
    std::optional<Index> safe;
    if constexpr (strategy::ProviderAllowsPruning<S>) {
      run(port, [&](SyncProviderContext<S>& cx) {
        if (provider_) safe = std::as_const(*provider_).safe_to_prune_prefix(cx);
      });
    }
    return safe;
  }

 private:
  template <class Action>
  void run(ProviderContext& port, Action action) const {
    SyncProviderContext<S> cx({port, home_});
    auto thrown = statesync::attempt([&] { action(cx); });
    if (thrown) home_.tell({SyncEvent::Kind::strategy_threw, PeerId{}, *std::move(thrown)});
  }

  const SyncHome<Machine>& home_;
  HandedBack<Message>& handed_back_;
  std::unique_ptr<Provider> provider_;
};

}  // namespace tessera
