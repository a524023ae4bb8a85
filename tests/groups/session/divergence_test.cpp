#include "directed_world.h"
#include <tessera/conformance/identities.h>
#include <tessera/groups/core/entry_data.h>
#include <tessera/primitives/codec.h>

/// A member that has been told that its state is not the group's keeps its log and its vote, and
/// nothing else until it has another state.
namespace tessera::tests {
namespace {

class DivergedMember : public DirectedWorld {
 protected:
  DivergedMember() : DirectedWorld(3) {}

  [[nodiscard]] std::size_t after(std::size_t node) const {
    return (node + 1) % world_.nodes().size();
  }
  /// Its strategy says so.
  void diverge(std::size_t node) {
    directions_.provider = [this, node](ProviderContext& cx) {
      if (cx.local_id() == world_.node(node).peer()) cx.state_diverged("a test says so");
    };
    write();
    ASSERT_TRUE(comes_true([&] { return is_diverged(node); }));
    directions_.provider = {};
  }
  [[nodiscard]] bool is_diverged(std::size_t node) {
    const auto& problem = status(node).problem;
    return problem && problem->is(Errc::diverged);
  }
  /// A follower that has diverged, and whose sessions get nowhere.
  std::size_t diverged_follower() {
    hold_sessions();
    const std::size_t node = after(*leader());
    diverge(node);
    return node;
  }
  void expect_mended(std::size_t node) {
    let_sessions_go();
    expect_online(node);
  }
  void expect_online(std::size_t node) {
    ASSERT_TRUE(comes_true([&] { return !is_diverged(node); }));
    ASSERT_TRUE(comes_true([&] { return status(node).applied == status(*leader()).applied; }));
    EXPECT_TRUE(status(node).online);
  }
  /// Nobody else is there.
  void leave_alone(std::size_t node) {
    for (const auto& other : world_.nodes()) {
      if (other->index() != node) world_.crash(other->index());
    }
  }
  [[nodiscard]] bool campaigns(std::size_t node) {
    const core::Role role = status(node).role;
    return role == core::Role::pre_candidate || role == core::Role::candidate;
  }
};

TEST_F(DivergedMember, AppliesNothingAndAcknowledgesAll) {
  const std::size_t node = diverged_follower();
  // Between two sessions, which are ever longer apart, it is an ordinary follower.
  directions_.poll = [](CatchUpSession&, SessionContext& cx) {
    cx.fail("a test says so");
    return std::optional<Cursor>();
  };
  const Cursor applied = status(node).applied;
  for (int count = 0; count < 3; ++count) write();
  ASSERT_TRUE(comes_true([&] { return status(node).durable == status(*leader()).last; }));
  world_.run_for(seconds{1});
  EXPECT_EQ(status(node).applied, applied);
  expect_mended(node);
}

TEST_F(DivergedMember, AnswersNoReads) {
  const std::size_t node = diverged_follower();
  for (const auto kind : {sim::Operation::Kind::weak_read, sim::Operation::Kind::strong_read}) {
    const std::size_t call = world_.clients().call(kind, node);
    ASSERT_TRUE(comes_true([&] { return world_.clients().operation(call).done; }));
    const auto& reply = world_.clients().operation(call).reply;
    ASSERT_TRUE(reply && reply->error);
    EXPECT_TRUE(reply->error->is(Errc::diverged)) << reply->error->message();
  }
}

TEST_F(DivergedMember, StoresNoSnapshotOfItsState) {
  const std::size_t node = diverged_follower();
  const auto snapshot = [&] { return world_.node(node).disk().durable().record().snapshot; };
  ask(node, core::AdminAction::Kind::snapshot);
  EXPECT_FALSE(comes_true([&] { return snapshot().has_value(); }, seconds{2}));
  expect_mended(node);
  EXPECT_TRUE(snapshot().has_value()) << "of the state that was installed";
}

TEST_F(DivergedMember, HandsLeadershipOn) {
  const std::size_t node = *leader();
  diverge(node);
  EXPECT_TRUE(comes_true([&] { return leader() && *leader() != node; }, seconds{5}));
  expect_mended(node);
}

TEST_F(DivergedMember, StandsForNoElectionUntilItIsMended) {
  const std::size_t node = diverged_follower();
  const std::size_t leading = *leader();
  leave_alone(node);
  EXPECT_FALSE(comes_true([&] { return campaigns(node); }, seconds{20}));
  world_.start(leading);
  ASSERT_TRUE(comes_true([&] { return leader() == leading; })) << "it votes";
  world_.start(after(node) == leading ? after(leading) : after(node));
  expect_mended(node);
  leave_alone(node);
  EXPECT_TRUE(comes_true([&] { return campaigns(node); }));
}

/// A member that is to go on from a state older than its own.
class OlderState : public DivergedMember {
 protected:
  /// What the group holds now; a session installs it later.
  void remember() {
    const sim::Node& from = world_.node(*leader());
    anchor_ = from.anchor();
    saved_ = encode(from.tape());
  }
  /// The settings are others from now on.
  void configure(std::chrono::milliseconds stall_after) {
    ASSERT_TRUE(leader());
    GroupSettings settings = status(*leader()).settings;
    settings.stall_after = stall_after;
    ask(*leader(), core::AdminAction::Kind::configure, settings);
    ASSERT_TRUE(comes_true([&] { return status(*leader()).settings == settings; }));
    write();
  }
  void store_snapshot(std::size_t node) {
    const auto in_force = [&] { return world_.node(node).disk().durable().record().snapshot; };
    const auto before = in_force();
    ask(node, core::AdminAction::Kind::snapshot);
    ASSERT_TRUE(comes_true([&] { return in_force() != before; }));
    world_.run_for(milliseconds{100});
  }
  /// `node` diverges, and its session installs what was remembered. Whether it applies the same
  /// entries as the others did, to the same effect, is what the referee looks at.
  void expect_mended_by_it(std::size_t node) {
    hold_sessions();
    diverge(node);
    directions_.poll = [this](CatchUpSession&, SessionContext& cx) {
      cx.install(anchor_, saved_);
      return std::optional(cx.committed());
    };
    expect_online(node);
  }

 private:
  Anchor anchor_;
  Bytes saved_;
};

TEST_F(OlderState, IsFollowedByTheSettingsThatWereInForceThen) {
  const std::size_t node = after(*leader());
  remember();
  configure(seconds{20});
  configure(seconds{40});
  ASSERT_TRUE(comes_true([&] { return status(node).applied == status(*leader()).applied; }));
  expect_mended_by_it(node);
}

TEST_F(OlderState, IsFollowedByThemAlsoIfTheyAreOlderThanTheLogOfThisLife) {
  const std::size_t node = after(*leader());
  store_snapshot(node);
  ask(node, core::AdminAction::Kind::prune);
  write();
  remember();
  configure(seconds{20});
  ASSERT_TRUE(comes_true([&] { return status(node).applied == status(*leader()).applied; }));
  ASSERT_GT(status(node).base, Cursor{});
  store_snapshot(node);
  world_.crash(node);
  world_.start(node);
  ASSERT_TRUE(comes_true([&] { return status(node).online; }));
  expect_mended_by_it(node);
}

/// What a provider may ask about the voters at a position.
class Majority : public DirectedWorld {
 protected:
  Majority() : DirectedWorld(1) {}

  static PeerId person(std::size_t number) { return sim::identity(number).peer(); }
  static std::set<MemberId> members(const std::set<std::size_t>& people) {
    std::set<MemberId> all;
    for (const std::size_t number : people) {
      all.insert({person(number), StorageId(UniqueId::from(std::to_string(number)))});
    }
    return all;
  }
  bool holds(const core::Configuration& configuration, const std::set<std::size_t>& people) {
    core::RuntimePart part;
    part.configuration = configuration;
    Anchor::Parts parts;
    parts.runtime = core::encode_runtime_part(part);
    std::set<PeerId> peers;
    for (const std::size_t number : people) peers.insert(person(number));
    std::optional<bool> answer;
    directions_.provider = [&](ProviderContext& cx) {
      answer = cx.is_majority(Anchor(parts), peers);
    };
    write();
    directions_.provider = {};
    EXPECT_TRUE(answer.has_value());
    return answer.value_or(false);
  }
};

TEST_F(Majority, IsOfTheVotersOfThePositionAndOfNobodyElse) {
  core::Configuration configuration;
  configuration.voters = members({1, 2, 3});
  configuration.learners = members({4, 5});
  EXPECT_TRUE(holds(configuration, {1, 3}));
  EXPECT_FALSE(holds(configuration, {1}));
  EXPECT_FALSE(holds(configuration, {1, 4, 5, 6}));
}

TEST_F(Majority, IsOfBothHalvesDuringAChange) {
  core::Configuration configuration;
  configuration.voters = members({1, 2, 3});
  configuration.voters_outgoing = members({3, 4, 5});
  EXPECT_FALSE(holds(configuration, {1, 2}));
  EXPECT_FALSE(holds(configuration, {4, 5}));
  EXPECT_FALSE(holds(configuration, {1, 2, 4}));
  EXPECT_TRUE(holds(configuration, {1, 2, 4, 5}));
  EXPECT_TRUE(holds(configuration, {1, 3, 4}));
}

}  // namespace
}  // namespace tessera::tests
