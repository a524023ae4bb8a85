// What a command costs the pure core: three Raft cores that hand each other their messages at once,
// with a store that is always done. `steps` are calls of a core: a message, a proposal, or a write
// that has become durable.

#include <tessera/groups/core/outbox.h>
#include <tessera/groups/core/raft/raft.h>
#include <tessera/primitives/check.h>

#include <benchmark/benchmark.h>

#include <array>
#include <deque>
#include <memory>
#include <variant>

namespace tessera::bench {
namespace {

using core::Raft;

MemberId member(std::size_t place) {
  const std::string name = std::to_string(place);
  return {PeerId(UniqueId::from("peer " + name)), StorageId(UniqueId::from("store " + name))};
}

class Trio {
 public:
  Trio() {
    core::Configuration members;
    for (std::size_t place = 0; place < cores_.size(); ++place) {
      members.voters.insert(member(place));
    }
    for (std::size_t place = 0; place < cores_.size(); ++place) make(place, members);
    for (auto& one : cores_) {
      for (std::size_t other = 0; other < cores_.size(); ++other) {
        if (member(other) != one->self) one->raft->peer_up(now_, member(other));
      }
    }
    elect();
  }

  /// Appends `count` commands of `bytes` and lets everything that follows happen.
  void execute(std::size_t count, const Bytes& command) {
    for (std::size_t at = 0; at < count; ++at) {
      check(leader().propose(now_, EntryKind::command, command).has_value(), "there is room");
      ++steps_;
    }
    settle();
    const Index committed = leader().committed().index;
    for (auto& one : cores_) one->raft->log().evict({committed, 0});
  }
  [[nodiscard]] std::uint64_t steps() const { return steps_; }
  [[nodiscard]] bool all_committed() { return leader().committed() == leader().log().last(); }

 private:
  struct One {
    MemberId self;
    core::Outbox outbox{GroupId(), "bench"};
    std::unique_ptr<Raft> raft;
  };
  struct Letter {
    std::size_t from;
    core::Send send;
  };

  void make(std::size_t place, const core::Configuration& members) {
    auto one = std::make_unique<One>();
    one->self = member(place);
    core::RaftRecord record;
    record.configurations.set(Index{0}, members);
    record.settings.set(Index{0}, GroupSettings());
    core::RaftOptions options;
    options.self = one->self;
    options.seed = place + 1;
    one->raft = std::make_unique<Raft>(options, std::move(record), one->outbox);
    one->raft->start(now_);
    cores_[place] = std::move(one);
  }

  void elect() {
    now_ += std::chrono::seconds{3};
    cores_[0]->raft->tick(now_);
    settle();
    check(leader().leads(), "the first one campaigns alone");
  }

  [[nodiscard]] Raft& leader() { return *cores_[0]->raft; }

  void settle() {
    collect();
    while (!letters_.empty()) {
      const Letter letter = std::move(letters_.front());
      letters_.pop_front();
      for (auto& one : cores_) {
        if (one->self.peer == letter.send.to) deliver(*one, letter);
      }
      collect();
    }
  }

  void deliver(One& to, const Letter& letter) {
    std::visit(
        [&](const auto& message) {
          if constexpr (requires { to.raft->receive(now_, to.self, message); }) {
            to.raft->receive(now_, cores_[letter.from]->self, message);
          }
        },
        letter.send.message);
    ++steps_;
  }

  void collect() {
    for (std::size_t place = 0; place < cores_.size(); ++place) {
      One& one = *cores_[place];
      one.raft->flush(now_);
      core::Effects effects = one.outbox.take();
      for (core::Send& send : effects.sends) letters_.push_back({place, std::move(send)});
      if (effects.persists.empty()) continue;
      one.raft->persisted(now_, effects.persists.back().ticket);
      ++steps_;
    }
  }

  TimePoint now_{std::chrono::seconds{100}};
  std::array<std::unique_ptr<One>, 3> cores_;
  std::deque<Letter> letters_;
  std::uint64_t steps_ = 0;
};

/// `range(0)` commands of 256 bytes at a time, committed on all three.
void commit(benchmark::State& state) {
  Trio trio;
  const Bytes command = Bytes::copy(std::string(256, 'c'));
  const auto count = static_cast<std::size_t>(state.range(0));
  for (auto round : state) trio.execute(count, command);
  check(trio.all_committed(), "every command is committed");
  state.SetItemsProcessed(state.iterations() * state.range(0));
  state.counters["steps"] =
      benchmark::Counter(static_cast<double>(trio.steps()), benchmark::Counter::kIsRate);
}

BENCHMARK(commit)->Arg(1)->Arg(16)->Arg(256);

}  // namespace
}  // namespace tessera::bench
