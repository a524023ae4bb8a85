#pragma once

#include <tessera/groups/catch_up.h>

#include <functional>
#include <set>
#include <string>
#include <utility>
#include <vector>

/// The context of a strategy that is a part of another one: as that one's own, but for its
/// messages, which are wrapped in such of the outer strategy.
///
/// Made for one call, like the contexts of strategies; refers to the outer one.
namespace tessera::statesync {

/// Makes an encoded message of a part one of the whole.
using Wrap = std::function<Bytes(const Bytes& message)>;

/// `message` behind `prefix`, in one piece.
[[nodiscard]] Bytes prefixed(const Bytes& prefix, const Bytes& message);
/// Puts each message behind `prefix`.
[[nodiscard]] Wrap behind(Bytes prefix);

template <class Base>
class NestedContext : public Base {
 public:
  /// Both outlive it.
  NestedContext(Base& outer, const Wrap& wrap) : outer_(outer), wrap_(wrap) {}

  [[nodiscard]] const LogWindow& log() const override { return outer_.log(); }
  [[nodiscard]] Cursor committed() const override { return outer_.committed(); }
  [[nodiscard]] Cursor applied() const override { return outer_.applied(); }
  [[nodiscard]] Anchor anchor() const override { return outer_.anchor(); }
  [[nodiscard]] PeerId local_id() const override { return outer_.local_id(); }
  [[nodiscard]] GroupId group_id() const override { return outer_.group_id(); }
  [[nodiscard]] NetworkId network_id() const override { return outer_.network_id(); }
  [[nodiscard]] BondsView bonds() const override { return outer_.bonds(); }
  [[nodiscard]] TimePoint now() const override { return outer_.now(); }
  [[nodiscard]] std::optional<PeerId> leader() const override { return outer_.leader(); }

  void wake() override { outer_.wake(); }
  void wake_at(TimePoint when) override { outer_.wake_at(when); }
  [[nodiscard]] Waker waker() const override { return outer_.waker(); }

  bool send_to(const PeerId& peer, Bytes message) override {
    return outer_.send_to(peer, wrap_(message));
  }
  std::vector<PeerId> broadcast(const Bytes& message) override {
    return outer_.broadcast(wrap_(message));
  }

  void read_log(Index from, std::size_t bytes_max) override { outer_.read_log(from, bytes_max); }
  void warn(const std::string& what) override { outer_.warn(what); }
  void refused(const PeerId& peer, const std::string& what) override { outer_.refused(peer, what); }
  [[nodiscard]] Snapshots& snapshots() override { return outer_.snapshots(); }
  [[nodiscard]] bool diverged() const override { return outer_.diverged(); }

 protected:
  [[nodiscard]] Base& outer() { return outer_; }
  [[nodiscard]] const Base& outer() const { return outer_; }

 private:
  Base& outer_;
  const Wrap& wrap_;
};

class NestedProviderContext : public NestedContext<ProviderContext> {
 public:
  using NestedContext::NestedContext;

  [[nodiscard]] bool is_leader() const override { return outer().is_leader(); }
  std::optional<Bytes> feed_command(Bytes command) override {
    return outer().feed_command(std::move(command));
  }
  bool feed_marker(Bytes marker) override { return outer().feed_marker(std::move(marker)); }
  [[nodiscard]] bool is_majority(const Anchor& anchor,
                                 const std::set<PeerId>& peers) const override {
    return outer().is_majority(anchor, peers);
  }
  void state_diverged(const std::string& how) override { outer().state_diverged(how); }
};

class NestedSessionContext : public NestedContext<SessionContext> {
 public:
  using NestedContext::NestedContext;

  void install(const Anchor& anchor, Bytes saved) override {
    outer().install(anchor, std::move(saved));
  }
  [[nodiscard]] StagedSnapshot& staging() override { return outer().staging(); }
  void append_after(Cursor position, const std::vector<LogEntry>& entries) override {
    outer().append_after(position, entries);
  }
  void fail(std::string reason) override { outer().fail(std::move(reason)); }
  void report(const SyncProgress& progress) override { outer().report(progress); }
};

}  // namespace tessera::statesync
