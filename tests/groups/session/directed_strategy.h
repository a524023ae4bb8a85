#pragma once

#include <tessera/groups/catch_up.h>

#include <functional>
#include <memory>
#include <optional>

/// A strategy whose provider and sessions do what a test says, around those of a real one.
namespace tessera::tests {

/// What a test says; shared by the strategies of all members. What is empty changes nothing.
struct Directions {
  /// Whenever a provider is polled.
  std::function<void(ProviderContext& cx)> provider;
  /// In place of polling a session; `real` is the session behind it.
  std::function<std::optional<Cursor>(CatchUpSession& real, SessionContext& cx)> poll;
  /// Before a session is handed entries that it has asked the log for.
  std::function<void(SessionContext& cx)> entries_read;
};

/// Made for one life of a member; `directions` outlives it.
class DirectedStrategy final : public CatchUpStrategy {
 public:
  DirectedStrategy(std::shared_ptr<CatchUpStrategy> real, const Directions& directions)
      : real_(std::move(real)), directions_(directions) {}

  std::unique_ptr<CatchUpProvider> create_provider(ProviderContext& cx) override;
  std::unique_ptr<CatchUpSession> create_session(SessionStart start, SessionContext& cx) override;
  [[nodiscard]] bool saves() const override { return real_->saves(); }
  [[nodiscard]] Result<std::unique_ptr<StateReader>> read_state() const override {
    return real_->read_state();
  }
  [[nodiscard]] Result<std::unique_ptr<StateWriter>> write_state(const Bytes& contents) override {
    return real_->write_state(contents);
  }
  void adopt() override { real_->adopt(); }

 private:
  std::shared_ptr<CatchUpStrategy> real_;
  const Directions& directions_;
};

}  // namespace tessera::tests
