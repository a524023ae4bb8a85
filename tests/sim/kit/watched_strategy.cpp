#include <tessera/conformance/kit/member.h>
#include <tessera/conformance/kit/watched_strategy.h>

#include <sstream>
#include <utility>
#include <vector>

namespace tessera::conformance {
namespace {

/// Passes on what every context has in common. `Port` is what it wraps and what it is.
template <class Port>
class SharedContext : public Port {
 public:
  SharedContext(Port& port, Diary& diary) : port_(port), diary_(diary) {}

  [[nodiscard]] const LogWindow& log() const override { return port_.log(); }
  [[nodiscard]] Cursor committed() const override { return port_.committed(); }
  [[nodiscard]] Cursor applied() const override { return port_.applied(); }
  [[nodiscard]] Anchor anchor() const override { return port_.anchor(); }
  [[nodiscard]] PeerId local_id() const override { return port_.local_id(); }
  [[nodiscard]] GroupId group_id() const override { return port_.group_id(); }
  [[nodiscard]] NetworkId network_id() const override { return port_.network_id(); }
  [[nodiscard]] BondsView bonds() const override { return port_.bonds(); }
  [[nodiscard]] TimePoint now() const override { return port_.now(); }
  [[nodiscard]] std::optional<PeerId> leader() const override { return port_.leader(); }
  void wake() override { port_.wake(); }
  void wake_at(TimePoint when) override { port_.wake_at(when); }
  [[nodiscard]] Waker waker() const override { return port_.waker(); }

  bool send_to(const PeerId& peer, Bytes message) override {
    const std::size_t bytes = message.size();
    if (!port_.send_to(peer, std::move(message))) return false;
    ++diary_.sent;
    diary_.sent_bytes += bytes;
    return true;
  }
  std::vector<PeerId> broadcast(const Bytes& message) override {
    auto reached = port_.broadcast(message);
    diary_.sent += reached.size();
    diary_.sent_bytes += reached.size() * message.size();
    return reached;
  }
  void read_log(Index from, std::size_t bytes_max) override { port_.read_log(from, bytes_max); }
  void warn(const std::string& what) override { port_.warn(what); }
  void refused(const PeerId& peer, const std::string& what) override { port_.refused(peer, what); }
  [[nodiscard]] Snapshots& snapshots() override { return port_.snapshots(); }
  [[nodiscard]] bool diverged() const override { return port_.diverged(); }

 protected:
  [[nodiscard]] Port& port() { return port_; }
  [[nodiscard]] const Port& port() const { return port_; }
  [[nodiscard]] Diary& diary() { return diary_; }

 private:
  Port& port_;
  Diary& diary_;
};

class WatchedProviderContext final : public SharedContext<ProviderContext> {
 public:
  using SharedContext::SharedContext;
  [[nodiscard]] bool is_leader() const override { return port().is_leader(); }
  std::optional<Bytes> feed_command(Bytes command) override {
    return port().feed_command(std::move(command));
  }
  bool feed_marker(Bytes marker) override { return port().feed_marker(std::move(marker)); }
  [[nodiscard]] bool is_majority(const Anchor& anchor,
                                 const std::set<PeerId>& peers) const override {
    return port().is_majority(anchor, peers);
  }
  void state_diverged(const std::string& how) override { port().state_diverged(how); }
};

class WatchedSessionContext final : public SharedContext<SessionContext> {
 public:
  using SharedContext::SharedContext;

  void install(const Anchor& anchor, Bytes saved) override {
    ++diary().installed;
    port().install(anchor, std::move(saved));
  }
  [[nodiscard]] StagedSnapshot& staging() override { return port().staging(); }
  void append_after(Cursor position, const std::vector<LogEntry>& entries) override {
    port().append_after(position, entries);
  }
  void fail(std::string reason) override { port().fail(std::move(reason)); }
  void report(const SyncProgress& progress) override { port().report(progress); }
};

class WatchedProvider final : public CatchUpProvider {
 public:
  WatchedProvider(CatchUpStrategy& strategy, Diary& diary, ProviderContext& port) : diary_(diary) {
    WatchedProviderContext cx(port, diary_);
    provider_ = strategy.create_provider(cx);
  }

  std::optional<Bytes> receive(Bytes message, const PeerId& sender,
                               ProviderContext& port) override {
    WatchedProviderContext cx(port, diary_);
    return provider_->receive(std::move(message), sender, cx);
  }
  bool poll(ProviderContext& port) override {
    WatchedProviderContext cx(port, diary_);
    return provider_->poll(cx);
  }
  void committed(Cursor position, ProviderContext& port) override {
    WatchedProviderContext cx(port, diary_);
    provider_->committed(position, cx);
  }
  void marker(Cursor position, const Bytes& marker, ProviderContext& port) override {
    WatchedProviderContext cx(port, diary_);
    provider_->marker(position, marker, cx);
  }
  void entries_read(Index from, std::vector<LogEntry> entries, ProviderContext& port) override {
    WatchedProviderContext cx(port, diary_);
    provider_->entries_read(from, std::move(entries), cx);
  }
  void part_read(const storage::SnapshotPart& part, std::optional<Bytes> data,
                 ProviderContext& port) override {
    WatchedProviderContext cx(port, diary_);
    provider_->part_read(part, std::move(data), cx);
  }
  [[nodiscard]] std::optional<Index> safe_to_prune_prefix(ProviderContext& port) const override {
    WatchedProviderContext cx(port, diary_);
    return provider_->safe_to_prune_prefix(cx);
  }

 private:
  Diary& diary_;
  std::unique_ptr<CatchUpProvider> provider_;
};

class WatchedSession final : public CatchUpSession {
 public:
  WatchedSession(const Watched& watched, SessionStart start, SessionContext& port)
      : diary_(watched.diary), target_(start.target) {
    ++diary_.sessions;
    WatchedSessionContext cx(port, diary_);
    session_ = watched.strategy.create_session(std::move(start), cx);
  }

  std::optional<Cursor> poll(SessionContext& port) override {
    ++diary_.steps;
    WatchedSessionContext cx(port, diary_);
    const auto done = session_->poll(cx);
    if (done) judge(*done, port.log().last());
    return done;
  }
  bool receive(const Bytes& message, const PeerId& sender, SessionContext& port) override {
    ++diary_.steps;
    ++diary_.received;
    WatchedSessionContext cx(port, diary_);
    return session_->receive(message, sender, cx);
  }
  void buffer(Cursor preceding, std::vector<LogEntry> entries, SessionContext& port) override {
    ++diary_.steps;
    for (const LogEntry& entry : entries) handed_.push_back(entry.preceding);
    WatchedSessionContext cx(port, diary_);
    session_->buffer(preceding, std::move(entries), cx);
  }
  void entries_read(Index from, std::vector<LogEntry> entries, SessionContext& port) override {
    ++diary_.steps;
    WatchedSessionContext cx(port, diary_);
    session_->entries_read(from, std::move(entries), cx);
  }
  void part_read(const storage::SnapshotPart& part, std::optional<Bytes> data,
                 SessionContext& port) override {
    ++diary_.steps;
    WatchedSessionContext cx(port, diary_);
    session_->part_read(part, std::move(data), cx);
  }

 private:
  /// The session says that it is done.
  void judge(const Cursor& done, const Cursor& last) {
    ++diary_.finished;
    std::ostringstream text;
    if (done.index > last.index) {
      text << "says it is done at " << done << " while its log ends at " << last;
    } else if (done.index < target_.index) {
      text << "says it is done at " << done << ", before its target " << target_;
    }
    if (!text.str().empty()) diary_.wrong(text.str());
    for (const Cursor& preceding : handed_) {
      if (preceding == last) ++diary_.left_behind;
    }
  }

  Diary& diary_;
  Cursor target_;
  std::vector<Cursor> handed_;  ///< what stands before each entry that the leader sent meanwhile
  std::unique_ptr<CatchUpSession> session_;
};

}  // namespace

std::unique_ptr<CatchUpProvider> watch_provider(CatchUpStrategy& strategy, Diary& diary,
                                                ProviderContext& cx) {
  return std::make_unique<WatchedProvider>(strategy, diary, cx);
}

std::unique_ptr<CatchUpSession> watch_session(const Watched& watched, SessionStart start,
                                              SessionContext& cx) {
  return std::make_unique<WatchedSession>(watched, std::move(start), cx);
}

}  // namespace tessera::conformance
