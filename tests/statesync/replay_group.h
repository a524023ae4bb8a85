#pragma once

#include "fake_group.h"
#include <tessera/statesync/log_replay/provider.h>
#include <tessera/statesync/log_replay/session.h>

/// A group whose members replay logs, without machines: for the tests of log replay.
namespace tessera::tests {

/// The strategy without its typed cover, so that tests see what it holds.
class Replay final : public CatchUpStrategy {
 public:
  explicit Replay(const log_replay::Settings& settings) : settings_(settings) {}

  std::unique_ptr<CatchUpProvider> create_provider(ProviderContext&) override;
  std::unique_ptr<CatchUpSession> create_session(SessionStart start, SessionContext& cx) override;
  bool saves() const override { return false; }
  Result<std::unique_ptr<StateReader>> read_state() const override { return no_state(); }
  Result<std::unique_ptr<StateWriter>> write_state(const Bytes&) override { return no_state(); }
  void adopt() override {}

  [[nodiscard]] log_replay::Session* session() { return session_; }
  [[nodiscard]] log_replay::Provider* provider() { return provider_; }

 private:
  static Error no_state() { return {Errc::not_allowed, "there is no machine"}; }

  class ProviderCover;
  class SessionCover;

  log_replay::Settings settings_;
  log_replay::Session* session_ = nullptr;
  log_replay::Provider* provider_ = nullptr;
};

/// Members 1 to `members`, all equal to `log` and committed up to its end, the first leading; and a
/// joiner, the one after the last, whose log is empty.
class ReplayGroup {
 public:
  struct Options {
    unsigned members = 3;
    LogShape log;
    Weather weather;
    log_replay::Settings settings;
    std::uint64_t seed = 1;
  };
  explicit ReplayGroup(const Options& options);

  Member& member(unsigned number) { return group.at(peer(number)); }
  Replay& replay(unsigned number) { return *replays_.at(peer(number)); }
  Member& joiner() { return member(joiner_); }
  Replay& joining() { return replay(joiner_); }
  Member& add(unsigned number);

  /// Opens the joiner's session up to the leader's commit.
  void open(std::vector<LogEntry> entries = {});
  /// Until the joiner's session is done or has failed; false if it takes longer than `limit`.
  bool finish(std::chrono::seconds limit = std::chrono::seconds{60});
  /// Until the joiner has appended so many entries.
  bool run_until_appended(std::size_t entries);
  /// What `number` has sent in chunks, in entries.
  [[nodiscard]] std::uint64_t served_by(unsigned number) const;
  /// True if the joiner's log is the leader's up to the target.
  [[nodiscard]] bool caught_up();

  /// Called with every message that the member sends, before it is sent.
  using Distortion = std::function<void(log_replay::Message&)>;
  void distort(unsigned number, Distortion distortion);

  FakeGroup group;
  Cursor target;

 private:
  void count(const PeerId& from, const log_replay::Message& message);

  log_replay::Settings settings_;
  unsigned joiner_;
  std::map<PeerId, std::unique_ptr<Replay>> replays_;
  std::map<PeerId, std::uint64_t> served_;
};

/// Chunks of a kilobyte.
[[nodiscard]] log_replay::Settings small_chunks();

}  // namespace tessera::tests
