#include "directed_strategy.h"

#include <utility>

namespace tessera::tests {
namespace {

class Provider final : public CatchUpProvider {
 public:
  Provider(std::unique_ptr<CatchUpProvider> real, const Directions& directions)
      : real_(std::move(real)), directions_(directions) {}

  std::optional<Bytes> receive(Bytes message, const PeerId& sender, ProviderContext& cx) override {
    return real_->receive(std::move(message), sender, cx);
  }
  bool poll(ProviderContext& cx) override {
    if (directions_.provider) directions_.provider(cx);
    return real_->poll(cx);
  }
  void committed(Cursor position, ProviderContext& cx) override { real_->committed(position, cx); }
  void marker(Cursor position, const Bytes& marker, ProviderContext& cx) override {
    real_->marker(position, marker, cx);
  }
  void entries_read(Index from, std::vector<LogEntry> entries, ProviderContext& cx) override {
    real_->entries_read(from, std::move(entries), cx);
  }
  [[nodiscard]] std::optional<Index> safe_to_prune_prefix(ProviderContext& cx) const override {
    return real_->safe_to_prune_prefix(cx);
  }

 private:
  std::unique_ptr<CatchUpProvider> real_;
  const Directions& directions_;
};

class Session final : public CatchUpSession {
 public:
  Session(std::unique_ptr<CatchUpSession> real, const Directions& directions)
      : real_(std::move(real)), directions_(directions) {}

  std::optional<Cursor> poll(SessionContext& cx) override {
    return directions_.poll ? directions_.poll(*real_, cx) : real_->poll(cx);
  }
  bool receive(const Bytes& message, const PeerId& sender, SessionContext& cx) override {
    return real_->receive(message, sender, cx);
  }
  void buffer(Cursor preceding, std::vector<LogEntry> entries, SessionContext& cx) override {
    real_->buffer(preceding, std::move(entries), cx);
  }
  void entries_read(Index from, std::vector<LogEntry> entries, SessionContext& cx) override {
    if (directions_.entries_read) directions_.entries_read(cx);
    real_->entries_read(from, std::move(entries), cx);
  }

 private:
  std::unique_ptr<CatchUpSession> real_;
  const Directions& directions_;
};

}  // namespace

std::unique_ptr<CatchUpProvider> DirectedStrategy::create_provider(ProviderContext& cx) {
  return std::make_unique<Provider>(real_->create_provider(cx), directions_);
}

std::unique_ptr<CatchUpSession> DirectedStrategy::create_session(SessionStart start,
                                                                 SessionContext& cx) {
  return std::make_unique<Session>(real_->create_session(std::move(start), cx), directions_);
}

}  // namespace tessera::tests
