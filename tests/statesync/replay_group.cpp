#include "replay_group.h"

#include <tessera/primitives/codec.h>

#include <utility>

namespace tessera::tests {

class Replay::ProviderCover final : public CatchUpProvider {
 public:
  explicit ProviderCover(const log_replay::Settings& settings) : inner(settings) {}

  std::optional<Bytes> receive(Bytes message, const PeerId& sender, ProviderContext& cx) override {
    auto decoded = decode<log_replay::Message>(message);
    if (!decoded) return std::nullopt;
    if (!inner.receive(*std::move(decoded), sender, cx)) return std::nullopt;
    return message;
  }
  bool poll(ProviderContext& cx) override { return inner.poll(cx); }
  void committed(Cursor, ProviderContext&) override {}
  void marker(Cursor, const Bytes&, ProviderContext&) override {}
  void entries_read(Index from, std::vector<LogEntry> entries, ProviderContext& cx) override {
    inner.entries_read(from, std::move(entries), cx);
  }
  std::optional<Index> safe_to_prune_prefix(ProviderContext&) const override {
    return std::nullopt;
  }

  log_replay::Provider inner;
};

class Replay::SessionCover final : public CatchUpSession {
 public:
  SessionCover(const log_replay::Settings& settings, SessionStart start, SessionContext& cx)
      : inner(settings, std::move(start), cx) {}

  std::optional<Cursor> poll(SessionContext& cx) override { return inner.poll(cx); }
  bool receive(const Bytes& message, const PeerId& sender, SessionContext& cx) override {
    auto decoded = decode<log_replay::Message>(message);
    if (!decoded) return false;
    inner.receive(*std::move(decoded), sender, cx);
    return true;
  }
  void buffer(Cursor, std::vector<LogEntry> entries, SessionContext&) override {
    inner.buffer(std::move(entries));
  }
  void entries_read(Index, std::vector<LogEntry>, SessionContext&) override {}

  log_replay::Session inner;
};

std::unique_ptr<CatchUpProvider> Replay::create_provider(ProviderContext&) {
  auto cover = std::make_unique<ProviderCover>(settings_);
  provider_ = &cover->inner;
  return cover;
}

std::unique_ptr<CatchUpSession> Replay::create_session(SessionStart start, SessionContext& cx) {
  auto cover = std::make_unique<SessionCover>(settings_, std::move(start), cx);
  session_ = &cover->inner;
  return cover;
}

log_replay::Settings small_chunks() {
  log_replay::Settings settings;
  settings.chunk_bytes = log_replay::Settings::chunk_bytes_min;
  return settings;
}

ReplayGroup::ReplayGroup(const Options& options)
    : group(options.seed, options.weather),
      settings_(options.settings),
      joiner_(options.members + 1) {
  FakeLog log;
  extend(log, options.log);
  target = log.last();
  for (unsigned number = 1; number <= joiner_; ++number) {
    Member& member = add(number);
    if (number == joiner_) continue;
    member.log = log;
    member.committed = log.last();
  }
  group.leader = peer(1);
}

Member& ReplayGroup::add(unsigned number) {
  Member& member = group.add(number);
  auto& replay = replays_[member.id];
  replay = std::make_unique<Replay>(settings_);
  member.run(*replay);
  distort(number, [](log_replay::Message&) {});
  return member;
}

void ReplayGroup::distort(unsigned number, Distortion distortion) {
  member(number).distort = [this, id = peer(number), distortion = std::move(distortion)](
                               const Bytes& bytes) -> std::optional<Bytes> {
    auto message = decode<log_replay::Message>(bytes);
    count(id, *message);
    distortion(*message);
    return encode(*message);
  };
}

void ReplayGroup::count(const PeerId& from, const log_replay::Message& message) {
  const auto* chunk = std::get_if<log_replay::Chunk>(&message.body);
  if (chunk != nullptr) served_[from] += chunk->entries.size();
}

std::uint64_t ReplayGroup::served_by(unsigned number) const {
  const auto served = served_.find(peer(number));
  return served == served_.end() ? 0 : served->second;
}

void ReplayGroup::open(std::vector<LogEntry> entries) {
  joiner().open_session({target, target.index, std::move(entries)});
}

bool ReplayGroup::finish(std::chrono::seconds limit) {
  return group.run_until([this] { return joiner().done || joiner().failed; }, limit);
}

bool ReplayGroup::run_until_appended(std::size_t entries) {
  return group.run_until([&] { return joiner().appended >= entries; }, std::chrono::seconds{60});
}

bool ReplayGroup::caught_up() {
  if (!joiner().done || !joiner().log.holds(target)) return false;
  const FakeLog& right = group.at(peer(1)).log;
  for (Index at(1); at <= target.index; ++at) {
    const auto here = joiner().log.at(at);
    const auto there = right.at(at);
    if (here && there && *here != *there) return false;
    if (!here && at > joiner().log.base().index) return false;
  }
  return true;
}

}  // namespace tessera::tests
