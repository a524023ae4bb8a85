#pragma once

#include <tessera/groups/core/session/catch_up_host.h>
#include <tessera/groups/core/session/snapshot_sides.h>

#include <algorithm>
#include <optional>
#include <string>

/// The contexts that strategies are called with: views of the core, alive as long as it is.
namespace tessera::core {

/// What wakes a strategy: asked for during a call, acted upon afterwards.
struct WakeRequests {
  bool now = false;
  std::optional<TimePoint> at;

  void wake_at(TimePoint when) { at = at ? std::min(*at, when) : when; }
};

/// The log as strategies see it. Empty while there is no group.
class RaftLogWindow final : public LogWindow {
 public:
  explicit RaftLogWindow(CatchUpHost& host) : host_(host) {}
  [[nodiscard]] Cursor base() const override;
  [[nodiscard]] Cursor last() const override;
  [[nodiscard]] std::optional<Term> term_at(Index index) const override;
  [[nodiscard]] std::optional<LogEntry> recent(Index index) const override;

 private:
  CatchUpHost& host_;
};

/// What both sides share. `Base` is `ProviderContext` or `SessionContext`.
template <class Base>
class SharedContext : public Base {
 public:
  SharedContext(CatchUpHost& host, CatchUpHost::Reader reader)
      : host_(host), reader_(reader), window_(host), snapshots_(host.snapshots(), reader) {}

  [[nodiscard]] const LogWindow& log() const override { return window_; }
  [[nodiscard]] Cursor committed() const override {
    return host_.raft() == nullptr ? Cursor{} : host_.raft()->committed();
  }
  [[nodiscard]] Cursor applied() const override { return host_.applied(); }
  [[nodiscard]] Anchor anchor() const override { return host_.anchor(); }
  [[nodiscard]] PeerId local_id() const override { return host_.local_id(); }
  [[nodiscard]] GroupId group_id() const override { return host_.group_id(); }
  [[nodiscard]] NetworkId network_id() const override { return host_.network_id(); }
  [[nodiscard]] BondsView bonds() const override { return host_.bonds(); }
  [[nodiscard]] TimePoint now() const override { return host_.now(); }
  [[nodiscard]] std::optional<PeerId> leader() const override {
    if (host_.raft() == nullptr || !host_.raft()->leader()) return std::nullopt;
    return host_.raft()->leader()->peer;
  }
  void wake() override { requests_.now = true; }
  void wake_at(TimePoint when) override { requests_.wake_at(when); }
  [[nodiscard]] Waker waker() const override { return host_.waker(); }
  bool send_to(const PeerId& peer, Bytes message) override {
    const std::size_t bytes = message.size();
    const bool sent = host_.send_sync(peer, std::move(message));
    if (sent) bytes_sent_ += bytes;
    return sent;
  }
  std::vector<PeerId> broadcast(const Bytes& message) override {
    std::vector<PeerId> reached;
    for (const PeerId& peer : host_.bonds().peers) {
      if (send_to(peer, message)) reached.push_back(peer);
    }
    return reached;
  }
  void read_log(Index from, std::size_t bytes_max) override {
    host_.read_for(reader_, from, bytes_max);
  }
  void warn(const std::string& what) override { host_.warn(what); }
  void refused(const PeerId& peer, const std::string& what) override { host_.refused(peer, what); }
  [[nodiscard]] Snapshots& snapshots() override { return snapshots_; }
  [[nodiscard]] bool diverged() const override { return host_.diverged(); }

  [[nodiscard]] WakeRequests& requests() { return requests_; }
  [[nodiscard]] const WakeRequests& requests() const { return requests_; }
  [[nodiscard]] std::uint64_t bytes_sent() const { return bytes_sent_; }

 protected:
  CatchUpHost& host_;

 private:
  CatchUpHost::Reader reader_;
  RaftLogWindow window_;
  SnapshotsSide snapshots_;
  WakeRequests requests_;
  std::uint64_t bytes_sent_ = 0;
};

class ProviderSide final : public SharedContext<ProviderContext> {
 public:
  explicit ProviderSide(CatchUpHost& host) : SharedContext(host, CatchUpHost::Reader::provider) {}

  [[nodiscard]] bool is_leader() const override;
  std::optional<Bytes> feed_command(Bytes command) override;
  bool feed_marker(Bytes marker) override;
  [[nodiscard]] bool is_majority(const Anchor& anchor,
                                 const std::set<PeerId>& peers) const override {
    return host_.is_majority(anchor, peers);
  }
  void state_diverged(const std::string& how) override { host_.state_diverged(how); }
};

class SessionSide final : public SharedContext<SessionContext> {
 public:
  SessionSide(CatchUpHost& host, CatchUpStrategy& strategy, Cursor target)
      : SharedContext(host, CatchUpHost::Reader::session),
        strategy_(strategy),
        target_(target),
        staging_(host.snapshots(), [this](std::string reason) { fail(std::move(reason)); }) {}

  void install(const Anchor& anchor, Bytes saved) override;
  [[nodiscard]] StagedSnapshot& staging() override { return staging_; }
  void append_after(Cursor position, const std::vector<LogEntry>& entries) override;
  void fail(std::string reason) override;
  void report(const SyncProgress& progress) override { progress_ = progress; }

  [[nodiscard]] const Cursor& target() const { return target_; }
  [[nodiscard]] const SyncProgress& progress() const { return progress_; }
  [[nodiscard]] const std::optional<std::string>& failure() const { return failure_; }

 private:
  CatchUpStrategy& strategy_;
  Cursor target_;
  StagingSide staging_;
  SyncProgress progress_;
  std::optional<std::string> failure_;
};

}  // namespace tessera::core
