#include <tessera/conformance/whole_tape.h>
#include <tessera/primitives/codec.h>
#include <tessera/statesync/saved_state.h>

#include <iterator>
#include <utility>

namespace tessera::sim {
namespace {

struct Letter {
  bool asks = true;
  Anchor at;
  Tape tape;

  template <class Archive>
  void serialize(Archive& archive) {
    archive(asks, at, tape);
  }
};

class Provider final : public CatchUpProvider {
 public:
  explicit Provider(const TapeMachine& machine) : machine_(machine) {}

  std::optional<Bytes> receive(Bytes message, const PeerId& sender, ProviderContext& cx) override {
    const auto letter = decode<Letter>(message);
    if (!letter || !letter->asks) return message;
    cx.send_to(sender, encode(Letter{false, cx.anchor(), machine_.tape()}));
    return std::nullopt;
  }
  bool poll(ProviderContext& /*cx*/) override { return false; }
  void committed(Cursor /*position*/, ProviderContext& /*cx*/) override {}
  void marker(Cursor /*position*/, const Bytes& /*marker*/, ProviderContext& /*cx*/) override {}
  void entries_read(Index /*from*/, std::vector<LogEntry> /*entries*/,
                    ProviderContext& /*cx*/) override {}
  [[nodiscard]] std::optional<Index> safe_to_prune_prefix(ProviderContext& cx) const override {
    return cx.applied().index;
  }

 private:
  const TapeMachine& machine_;
};

class Session final : public CatchUpSession {
 public:
  explicit Session(SessionStart start) : start_(std::move(start)) {}

  std::optional<Cursor> poll(SessionContext& cx) override {
    if (!received_) {
      if (cx.now() >= ask_again_) ask(cx);
      return std::nullopt;
    }
    cx.install(received_->at, encode(received_->tape));
    cx.append_after(received_->at.position(), start_.entries);
    return cx.log().last();
  }
  bool receive(const Bytes& message, const PeerId& /*sender*/, SessionContext& /*cx*/) override {
    auto letter = decode<Letter>(message);
    if (!letter || letter->asks) return false;
    if (letter->at.position() >= start_.target) received_ = *std::move(letter);
    return true;
  }
  void buffer(Cursor /*preceding*/, std::vector<LogEntry> entries,
              SessionContext& /*cx*/) override {
    start_.entries.insert(start_.entries.end(), std::make_move_iterator(entries.begin()),
                          std::make_move_iterator(entries.end()));
  }
  void entries_read(Index /*from*/, std::vector<LogEntry> /*entries*/,
                    SessionContext& /*cx*/) override {}

 private:
  void ask(SessionContext& cx) {
    const auto peers = cx.bonds().peers;
    if (!peers.empty()) cx.send_to(peers[asked_++ % peers.size()], encode(Letter{}));
    ask_again_ = cx.now() + std::chrono::milliseconds{200};
    cx.wake_at(ask_again_);
  }

  SessionStart start_;
  std::optional<Letter> received_;
  std::size_t asked_ = 0;
  TimePoint ask_again_{};
};

}  // namespace

std::unique_ptr<CatchUpProvider> WholeTape::create_provider(ProviderContext& /*cx*/) {
  return std::make_unique<Provider>(machine_);
}

std::unique_ptr<CatchUpSession> WholeTape::create_session(SessionStart start,
                                                          SessionContext& /*cx*/) {
  return std::make_unique<Session>(std::move(start));
}

Result<std::unique_ptr<StateReader>> WholeTape::read_state() const {
  return statesync::read_saved(encode(machine_.tape()));
}

Result<std::unique_ptr<StateWriter>> WholeTape::write_state(const Bytes& /*contents*/) {
  return statesync::write_saved([this](const Bytes& saved) -> Result<void> {
    auto tape = decode<Tape>(saved);
    if (!tape) return std::move(tape).error();
    loaded_ = *tape;
    return {};
  });
}

void WholeTape::adopt() { machine_.replace(loaded_); }

}  // namespace tessera::sim
