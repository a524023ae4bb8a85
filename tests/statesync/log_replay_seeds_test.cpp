#include "replay_group.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <utility>

/// Random groups in random trouble; every one must end with the leader's committed log.
namespace tessera::tests {
namespace {

constexpr std::uint64_t seeds = 400;

ReplayGroup::Options draw_options(Random& random, std::uint64_t seed) {
  ReplayGroup::Options options;
  options.seed = seed;
  options.members = static_cast<unsigned>(1 + random.below(5));
  for (std::uint64_t term = 1; term < 12; ++term) {
    if (random.chance({1, 2})) options.log.terms.push_back(term);
  }
  options.log.terms.push_back(12);
  options.log.count = 1 + random.below(200);
  options.log.padding = random.chance({1, 5}) ? random.below(3000) : random.below(60);
  options.weather.loss_permille = random.chance({1, 2}) ? random.below(150) : 0;
  options.weather.duplication_permille = random.below(100);
  options.weather.delay_max = std::chrono::milliseconds(1 + random.below(60));
  if (random.chance({1, 4})) options.weather.lane_bytes = 1 + random.below(8000);
  options.settings = small_chunks();
  options.settings.in_flight = 1 + random.below(8);
  options.settings.buffer_bytes = options.settings.chunk_bytes * (1 + random.below(30));
  return options;
}

/// What a member may have of the leader's log: some of it committed, more of it there, and possibly
/// a tail that nobody else has.
void draw_log(Member& member, const FakeLog& leader, Random& random) {
  const std::uint64_t length = leader.last().index.value();
  const Index upto(random.below(length + 1));
  member.log.reset({});
  for (Index at(1); at <= upto; ++at) member.log.append(leader.at(at)->entry);
  const Index committed(random.below(upto.value() + 1));
  member.committed = {*member.log.term_at(committed), committed};
  if (upto < leader.last().index && random.chance({1, 2})) {
    // The term of a leader that nobody followed: none of the group's log.
    const Term lost(std::max<std::uint64_t>(member.log.last().term.value(), 1));
    if (*leader.term_at(upto + 1) != lost) {
      for (std::uint64_t more = random.below(300); more > 0; --more) {
        member.log.append(next_entry(member.log, lost, 70));
      }
    }
  }
}

class Trouble {
 public:
  Trouble(ReplayGroup& group, unsigned members, Random& random)
      : group_(group), members_(members), random_(random) {}

  /// Something may happen to some member, though the leader always comes back.
  void strike() {
    Member& member = group_.member(static_cast<unsigned>(1 + random_.below(members_)));
    switch (random_.below(60)) {
      case 0:
        if (member.alive) group_.group.kill(member);
        break;
      case 1:
      case 2:
        if (!member.alive) group_.group.revive(member);
        break;
      case 3:
        member.slowness = std::chrono::milliseconds(random_.below(4000));
        break;
      case 4:
      case 5:
        member.slowness = std::chrono::milliseconds{0};
        break;
      case 6:
        restart_joiner();
        break;
      case 7:
        group_.group.leader = member.id;
        break;
      default:
        break;
    }
  }

  void end() {
    for (unsigned number = 1; number <= members_; ++number) {
      Member& member = group_.member(number);
      member.slowness = std::chrono::milliseconds{0};
      if (!member.alive) group_.group.revive(member);
    }
    group_.group.leader = peer(1);
  }

 private:
  void restart_joiner() {
    if (random_.chance({1, 2}) || group_.joiner().session() == nullptr) return;
    group_.joiner().run(group_.joining());
    group_.open();
  }

  ReplayGroup& group_;
  unsigned members_;
  Random& random_;
};

/// The member that always holds everything is the first; it leads most of the time.
void draw_peers(ReplayGroup& group, unsigned members, Random& random) {
  const FakeLog leader = group.member(1).log;
  group.member(1).log.recent_from(Index(random.below(leader.last().index.value())));
  for (unsigned number = 2; number <= members; ++number) {
    Member& member = group.member(number);
    if (random.chance({1, 3})) draw_log(member, leader, random);
    if (random.chance({1, 4})) {
      member.log.prune_upto(Index(random.below(member.committed.index.value() + 1)));
    }
    member.log.recent_from(Index(random.below(leader.last().index.value())));
    if (random.chance({1, 8})) {
      group.distort(number, [&random](log_replay::Message& message) {
        auto* chunk = std::get_if<log_replay::Chunk>(&message.body);
        if (chunk == nullptr || random.chance({1, 2})) return;
        chunk->entries.back().position.term = chunk->entries.back().position.term + 1;
      });
    }
  }
  draw_log(group.joiner(), leader, random);
}

struct Outcome {
  bool caught_up = false;
  std::string failure;
  std::size_t appended = 0;
  TimePoint at{};
};

Outcome run(std::uint64_t seed) {
  Random random(seed * 7919);
  const auto options = draw_options(random, seed);
  ReplayGroup group(options);
  draw_peers(group, options.members, random);
  Trouble trouble(group, options.members, random);
  std::size_t troubles = random.below(400);
  bool within_bounds = true;
  const std::size_t entry_max = options.log.padding + 200;
  group.group.watch = [&] {
    if (troubles > 0) {
      trouble.strike();
      if (--troubles == 0) trouble.end();
    }
    if (group.joiner().session() == nullptr) return;
    const auto load = group.joining().session()->load();
    within_bounds = within_bounds && load.waiting + load.asked <=
                                         options.settings.buffer_bytes +
                                             2 * options.settings.chunk_bytes + 64 * entry_max;
  };
  group.open();
  Outcome outcome;
  for (int attempts = 0; attempts < 100 && !group.caught_up(); ++attempts) {
    const bool ended = group.finish(std::chrono::hours{1});
    if (!ended && std::exchange(troubles, 0) == 0) break;
    if (!ended) trouble.end();
    if (!group.joiner().failed) continue;
    outcome.failure = *group.joiner().failed + "; ";
    const TimePoint again = group.group.now + std::chrono::milliseconds{500};
    group.group.run_until([&] { return group.group.now >= again; }, std::chrono::seconds{1});
    group.group.now = std::max(group.group.now, again);
    group.open();
  }
  outcome.caught_up = group.caught_up() && within_bounds;
  outcome.failure += "at " + group.joiner().log.last().to_string() + " committed " +
                     group.joiner().committed.to_string() + " of " + group.target.to_string() +
                     (within_bounds ? "" : ", out of bounds");
  outcome.appended = group.joiner().appended;
  outcome.at = group.group.now;
  return outcome;
}

TEST(LogReplaySeeds, EveryGroupEndsWithTheCommittedLog) {
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    const Outcome outcome = run(seed);
    EXPECT_TRUE(outcome.caught_up) << "seed " << seed << " " << outcome.failure;
  }
}

TEST(LogReplaySeeds, TheSameSeedGivesTheSameRun) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    const Outcome first = run(seed);
    const Outcome second = run(seed);
    EXPECT_EQ(first.at, second.at);
    EXPECT_EQ(first.appended, second.appended);
  }
}

}  // namespace
}  // namespace tessera::tests
