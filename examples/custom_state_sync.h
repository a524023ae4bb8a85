#pragma once

#include <tessera/tessera.h>

#include <chrono>
#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

/// A strategy of one's own: the machine's state in chunks, from every member at once, each checked
/// against its digest, and only those that are missing. docs/state-sync-tutorial.md builds it.

/// What members say to each other. A chunk is named by its digest, wherever it lies.
struct ChunkMessage {
  enum Kind : std::uint8_t { ask_contents, contents, ask_chunk, chunk, lacks } kind = ask_contents;
  tessera::Anchor at;                      ///< `contents`: where the state was taken
  std::vector<tessera::UniqueId> digests;  ///< `contents`: of every chunk, in order
  tessera::UniqueId digest;                ///< `ask_chunk`, `chunk`, `lacks`: which one
  std::string bytes;                       ///< `chunk`
  template <class Archive>
  void serialize(Archive& archive) {
    archive(kind, at, digests, digest, bytes);
  }
};

/// Chunks by their digests.
using Chunks = std::map<tessera::UniqueId, std::string>;

/// A state at one position, cut into chunks.
struct StateView {
  StateView(tessera::Anchor anchor, const std::string& state, std::size_t chunk_bytes)
      : at(std::move(anchor)) {
    for (std::size_t from = 0; from < state.size(); from += chunk_bytes) {
      std::string bytes = state.substr(from, chunk_bytes);
      digests.push_back(tessera::UniqueId::from(bytes));
      chunks.emplace(digests.back(), std::move(bytes));
    }
  }
  tessera::Anchor at;
  std::vector<tessera::UniqueId> digests;
  Chunks chunks;
};

/// Lives on every member. Keeps a few views for as long as somebody asks for them.
template <class S>
class ChunkProvider {
 public:
  explicit ChunkProvider(std::size_t chunk_bytes) : chunk_bytes_(chunk_bytes) {}

  std::optional<ChunkMessage> receive(ChunkMessage message, tessera::PeerId sender,
                                      tessera::SyncProviderContext<S>& cx) {
    switch (message.kind) {
      case ChunkMessage::ask_contents: {
        const StateView& view = newest(cx);
        cx.send_to(sender, {ChunkMessage::contents, view.at, view.digests, {}, {}});
        return std::nullopt;
      }
      case ChunkMessage::ask_chunk: {
        const std::string* bytes = find(message.digest, cx);
        if (bytes == nullptr) {
          cx.send_to(sender, {ChunkMessage::lacks, {}, {}, message.digest, {}});
        } else {
          cx.send_to(sender, {ChunkMessage::chunk, {}, {}, message.digest, *bytes});
        }
        return std::nullopt;
      }
      case ChunkMessage::contents:
      case ChunkMessage::chunk:
      case ChunkMessage::lacks:
        break;
    }
    return message;  // not for providers
  }

  /// Nobody has asked for a while: the memory is the machine's again.
  bool poll(tessera::SyncProviderContext<S>& cx) {
    if (!views_.empty() && cx.now() >= forget_at_) views_.clear();
    return false;
  }

  std::optional<tessera::Index> safe_to_prune_prefix(tessera::SyncProviderContext<S>& cx) const {
    return cx.applied().index;  // chunks need no old entries
  }

 private:
  const StateView& newest(tessera::SyncProviderContext<S>& cx) {
    constexpr std::size_t views_max = 3;
    keep(cx);
    if (views_.empty() || views_.back().at.position() != cx.anchor().position()) {
      if (views_.size() == views_max) views_.erase(views_.begin());
      views_.emplace_back(cx.anchor(), cx.machine().save(), chunk_bytes_);
      made_at_ = cx.now();
    }
    return views_.back();
  }

  const std::string* find(const tessera::UniqueId& digest, tessera::SyncProviderContext<S>& cx) {
    constexpr auto view_age = std::chrono::milliseconds{500};
    keep(cx);
    // Cutting the state is work: not for every question that cannot be answered.
    if (views_.empty() || cx.now() >= made_at_ + view_age) newest(cx);
    for (const StateView& view : views_) {
      const auto found = view.chunks.find(digest);
      if (found != view.chunks.end()) return &found->second;
    }
    return nullptr;
  }

  void keep(tessera::SyncProviderContext<S>& cx) {
    forget_at_ = cx.now() + std::chrono::seconds{10};
    cx.wake_at(forget_at_);
  }

  std::size_t chunk_bytes_;
  std::vector<StateView> views_;  ///< the newest last
  tessera::TimePoint made_at_{};
  tessera::TimePoint forget_at_{};
};

/// Which chunks a session lacks, and who was asked for them.
class WantedChunks {
 public:
  /// Asks `ask(peer, digest)` for what is due, a few at a time. False once one was asked for in
  /// vain too often: then there may be no such state any more.
  template <class Ask>
  bool request(tessera::TimePoint now, const std::vector<tessera::PeerId>& peers, const Ask& ask) {
    constexpr std::size_t in_flight_max = 8;
    constexpr auto patience = std::chrono::seconds{1};
    std::size_t in_flight = 0;
    for (auto& [digest, request] : requests_) {
      if (request.due > now) {
        ++in_flight;
        continue;
      }
      if (peers.empty() || in_flight == in_flight_max) continue;
      if (request.tries > 2 * peers.size() + 2) return false;
      // Each time somebody else; the first time everybody has a share.
      ask(peers[(first_++) % peers.size()], digest);
      ++request.tries;
      request.due = now + patience;
      ++in_flight;
    }
    return true;
  }

  void add(const tessera::UniqueId& digest) { requests_.emplace(digest, Request{}); }
  void remove(const tessera::UniqueId& digest) { requests_.erase(digest); }
  /// Whoever was asked for it lacks it, or has sent something else.
  void failed(const tessera::UniqueId& digest) {
    const auto request = requests_.find(digest);
    if (request != requests_.end()) request->second.due = {};
  }
  [[nodiscard]] bool contains(const tessera::UniqueId& digest) const {
    return requests_.contains(digest);
  }
  [[nodiscard]] bool empty() const { return requests_.empty(); }
  void clear() { requests_.clear(); }

 private:
  struct Request {
    tessera::TimePoint due{};
    std::size_t tries = 0;
  };
  std::map<tessera::UniqueId, Request> requests_;
  std::size_t first_ = 0;
};

/// Lives on the member that lags, until it has caught up.
template <class S>
class ChunkSession {
 public:
  using Entries = std::vector<tessera::Entry<typename S::Command>>;

  ChunkSession(tessera::Cursor target, Entries entries, std::shared_ptr<Chunks> fetched)
      : target_(target), buffered_(std::move(entries)), fetched_(std::move(fetched)) {}

  std::optional<tessera::Cursor> poll(tessera::SyncSessionContext<S>& cx) {
    if (!contents_) {
      if (cx.now() >= ask_again_) {
        cx.send_to(cx.leader(), {ChunkMessage::ask_contents, {}, {}, {}, {}});
        ask_again_ = cx.now() + std::chrono::seconds{1};
      }
      cx.wake_at(ask_again_);
      return std::nullopt;
    }
    if (!wanted_.empty()) {
      request_chunks(cx);
      return std::nullopt;
    }
    std::string state;
    for (const tessera::UniqueId& digest : contents_->digests) state += fetched_->at(digest);
    cx.install(contents_->at, std::move(state));
    cx.append_after(contents_->at.position(), buffered_);
    fetched_->clear();
    return cx.log().last();
  }

  void receive(ChunkMessage message, tessera::PeerId sender, tessera::SyncSessionContext<S>& cx) {
    // What the state consists of, the leader says; of whom a chunk comes does not matter.
    if (message.kind == ChunkMessage::contents) {
      const bool fresh = !contents_ && message.at.position() >= target_;
      if (fresh && sender == cx.leader()) begin(std::move(message));
    } else if (wanted_.contains(message.digest)) {
      const bool right = message.kind == ChunkMessage::chunk &&
                         tessera::UniqueId::from(message.bytes) == message.digest;
      if (right) {
        wanted_.remove(message.digest);
        fetched_->emplace(message.digest, std::move(message.bytes));
      } else {
        wanted_.failed(message.digest);
      }
    }
  }

  void buffer(tessera::Cursor, Entries entries, tessera::SyncSessionContext<S>&) {
    buffered_.insert(buffered_.end(), std::make_move_iterator(entries.begin()),
                     std::make_move_iterator(entries.end()));
  }

 private:
  void begin(ChunkMessage contents) {
    contents_ = std::move(contents);
    Chunks useful;
    for (const tessera::UniqueId& digest : contents_->digests) {
      const auto have = fetched_->find(digest);
      if (have == fetched_->end()) {
        wanted_.add(digest);
      } else {
        useful.insert(*have);
      }
    }
    *fetched_ = std::move(useful);
  }

  void request_chunks(tessera::SyncSessionContext<S>& cx) {
    const auto peers = cx.bonds().peers;
    const bool hope = wanted_.request(
        cx.now(), peers, [&](const tessera::PeerId& peer, const tessera::UniqueId& digest) {
          cx.send_to(peer, {ChunkMessage::ask_chunk, {}, {}, digest, {}});
        });
    if (!hope) {  // the state has moved on everywhere: another table of contents
      contents_.reset();
      wanted_.clear();
      cx.wake();
    }
    cx.wake_at(cx.now() + std::chrono::seconds{1});
  }

  tessera::Cursor target_;
  Entries buffered_;
  std::shared_ptr<Chunks> fetched_;
  std::optional<ChunkMessage> contents_;
  WantedChunks wanted_;
  tessera::TimePoint ask_again_{};
};

// M offers: std::string save() const; void load(const std::string&);
template <class M>
class ChunkedState {
 public:
  using Machine = M;
  using Command = typename M::Command;
  using Message = ChunkMessage;
  using Provider = ChunkProvider<ChunkedState>;
  using Session = ChunkSession<ChunkedState>;

  explicit ChunkedState(std::size_t chunk_bytes = std::size_t{64} << 10U)
      : chunk_bytes_(chunk_bytes) {}

  // Members that cut in other places could not serve each other: the setting is part of it.
  tessera::UniqueId signature() const {
    return tessera::UniqueId::from("examples/chunked-state/1").derive(chunk_bytes_);
  }
  Provider create_provider(tessera::SyncContext<ChunkedState>&) const {
    return Provider{chunk_bytes_};
  }
  Session create_session(tessera::SyncSessionContext<ChunkedState>& cx, tessera::Cursor position,
                         tessera::Index /*leader_commit*/,
                         std::vector<tessera::Entry<Command>> entries) const {
    // What this member has already need not be fetched: its own state, cut in the same places.
    fetched_->merge(StateView({}, cx.machine().save(), chunk_bytes_).chunks);
    return Session{position, std::move(entries), fetched_};
  }

  std::string save(const M& machine) const { return machine.save(); }
  void restore(M& machine, const std::string& state) const { machine.load(state); }

 private:
  std::size_t chunk_bytes_;
  // Outlives the session, so that one which is opened after a failure goes on where it was.
  std::shared_ptr<Chunks> fetched_ = std::make_shared<Chunks>();
};
