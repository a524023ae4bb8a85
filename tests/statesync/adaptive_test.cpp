#include "fake_group.h"
#include "shop.h"
#include <tessera/primitives/codec.h>
#include <tessera/statesync/adapter.h>
#include <tessera/statesync/adaptive.h>
#include <tessera/statesync/log_replay.h>

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>

/// Which of its parts the adaptive strategy takes, and what it does when one fails.
namespace tessera::tests {
namespace {

/// What the parts of one test do, by their numbers.
struct Script {
  struct Part {
    std::optional<std::uint64_t> bytes;  ///< what a provider says it costs
    std::string failure;                 ///< with which a session fails; empty: it succeeds
    std::optional<Index> safe;
  };
  std::map<int, Part> parts;
  std::vector<int> tried;
};

/// A part that reaches its target in one step, or fails, and asks one question first.
template <int number, bool estimates>
class Scripted {
 public:
  using Machine = Shop;
  struct Message {
    bool is_answer = false;
    int part = number;
    template <class Archive>
    void serialize(Archive& archive) {
      archive(is_answer, part);
    }
  };
  class Provider {
   public:
    explicit Provider(std::shared_ptr<Script> script) : script_(std::move(script)) {}
    std::optional<Message> receive(Message message, PeerId sender,
                                   SyncProviderContext<Scripted>& cx) {
      EXPECT_EQ(message.part, number) << "a message of another part";
      if (message.is_answer) return message;
      cx.read_log(Index(static_cast<std::uint64_t>(number)), 100);
      asked_ = sender;
      return std::nullopt;
    }
    void entries_read(Index from, std::vector<Entry<Shop::Command>>,
                      SyncProviderContext<Scripted>& cx) {
      EXPECT_EQ(from, Index(static_cast<std::uint64_t>(number))) << "asked for by another part";
      cx.send_to(asked_, {true});
    }
    std::optional<Index> safe_to_prune_prefix(SyncProviderContext<Scripted>&) const {
      return script_->parts[number].safe;
    }

   private:
    std::shared_ptr<Script> script_;
    PeerId asked_;
  };
  class Session {
   public:
    Session(std::shared_ptr<Script> script, Cursor target)
        : script_(std::move(script)), target_(target) {
      script_->tried.push_back(number);
    }
    std::optional<Cursor> poll(SyncSessionContext<Scripted>& cx) {
      if (!std::exchange(asked_, true)) cx.send_to(cx.leader(), {});
      if (!answered_) return std::nullopt;
      const std::string& failure = script_->parts[number].failure;
      if (failure.empty()) return target_;
      cx.fail(failure);
      return std::nullopt;
    }
    void receive(Message message, PeerId, SyncSessionContext<Scripted>&) {
      EXPECT_EQ(message.part, number) << "a message of another part";
      answered_ = true;
    }
    void buffer(Cursor, std::vector<Entry<Shop::Command>>, SyncSessionContext<Scripted>&) {}

   private:
    std::shared_ptr<Script> script_;
    Cursor target_;
    bool asked_ = false;
    bool answered_ = false;
  };

  explicit Scripted(std::shared_ptr<Script> script) : script_(std::move(script)) {}
  [[nodiscard]] UniqueId signature() const { return UniqueId::from("scripted").derive(number); }
  Provider create_provider(SyncContext<Scripted>&) const { return Provider(script_); }
  Session create_session(SyncSessionContext<Scripted>&, Cursor target, Index,
                         std::vector<Entry<Shop::Command>>) const {
    return Session(script_, target);
  }
  std::optional<std::uint64_t> estimate(const SyncGap& gap, SyncProviderContext<Scripted>&) const
      requires(estimates) {
    EXPECT_EQ(gap.details, encode(number));
    return script_->parts[number].bytes;
  }
  Bytes describe_gap(SyncSessionContext<Scripted>&) const requires(estimates) {
    return encode(number);
  }

 private:
  std::shared_ptr<Script> script_;
};

/// The second one cannot say what it costs.
using Choice = Adaptive<Scripted<1, true>, Scripted<2, false>, Scripted<3, true>>;

class AdaptiveGroup : public testing::Test {
 protected:
  AdaptiveGroup() {
    for (unsigned number = 1; number <= 3; ++number) {
      adapters_[number] = std::make_unique<MachineAdapter<Shop, Choice>>(
          [] { return Shop(); },
          [this](const Shop&) {
            return Choice(Scripted<1, true>(script_), Scripted<2, false>(script_),
                          Scripted<3, true>(script_));
          });
      Member& member = group_.add(number);
      extend(member.log, {{3}, 10, 0});
      member.run(*adapters_[number]);
    }
    group_.leader = peer(1);
  }
  Member& joiner() { return group_.at(peer(3)); }
  bool finish() {
    joiner().open_session({target_, target_.index, {}});
    return group_.run_until([&] { return joiner().done || joiner().failed; },
                            std::chrono::seconds{60});
  }

  const Cursor target_{Term(3), Index(10)};
  std::shared_ptr<Script> script_ = std::make_shared<Script>();
  FakeGroup group_{7};
  std::map<unsigned, std::unique_ptr<MachineAdapter<Shop, Choice>>> adapters_;
};

TEST_F(AdaptiveGroup, TheCheapestPartIsTaken) {
  script_->parts[1].bytes = 500;
  script_->parts[3].bytes = 400;
  ASSERT_TRUE(finish());
  EXPECT_EQ(joiner().done, target_);
  EXPECT_EQ(script_->tried, (std::vector<int>{3}));
}

TEST_F(AdaptiveGroup, IfItFailsTheNextCheaperOneIsTriedAndWhoCannotSayComesLast) {
  script_->parts[1] = {500, "no more", {}};
  script_->parts[3] = {400, "gone", {}};
  ASSERT_TRUE(finish());
  EXPECT_EQ(joiner().done, target_);
  EXPECT_EQ(script_->tried, (std::vector<int>{3, 1, 2}));
}

TEST_F(AdaptiveGroup, WhatNobodyCanServeIsTriedAfterAllElse) {
  script_->parts[2].failure = "no more";
  script_->parts[3] = {400, "gone", {}};
  ASSERT_TRUE(finish());
  EXPECT_EQ(joiner().done, target_);
  EXPECT_EQ(script_->tried, (std::vector<int>{3, 2, 1}));
}

TEST_F(AdaptiveGroup, WhenAllHaveFailedItFailsWithTheirReasons) {
  script_->parts[1] = {500, "no log", {}};
  script_->parts[2].failure = "no luck";
  script_->parts[3] = {400, "no snapshot", {}};
  ASSERT_TRUE(finish());
  EXPECT_FALSE(joiner().done);
  EXPECT_EQ(joiner().failed, "no snapshot; then no log; then no luck");
}

TEST_F(AdaptiveGroup, WhoDoesNotAnswerIsNotWaitedFor) {
  script_->parts[1].bytes = 500;
  script_->parts[3].bytes = 400;
  group_.at(peer(2)).distort = [](const Bytes&) { return std::optional<Bytes>(); };
  const TimePoint begun = group_.now;
  ASSERT_TRUE(finish());
  EXPECT_EQ(script_->tried, (std::vector<int>{3}));
  EXPECT_GE(group_.now, begun + std::chrono::milliseconds{500});
  EXPECT_LT(group_.now, begun + std::chrono::seconds{1});
}

TEST_F(AdaptiveGroup, WithoutAnyAnswerItAsksAgain) {
  script_->parts[1].bytes = 500;
  for (const unsigned number : {1U, 2U}) group_.kill(group_.at(peer(number)));
  group_.after(std::chrono::seconds{2}, [this] {
    for (const unsigned number : {1U, 2U}) group_.revive(group_.at(peer(number)));
  });
  ASSERT_TRUE(finish());
  EXPECT_EQ(joiner().done, target_);
  EXPECT_EQ(script_->tried, (std::vector<int>{1}));
}

TEST_F(AdaptiveGroup, WhatOnePartDoesNotNeedMayBePruned) {
  const auto safe = [this] {
    return joiner().provider()->safe_to_prune_prefix(joiner().provider_context());
  };
  EXPECT_EQ(safe(), std::nullopt);
  script_->parts[1].safe = Index(3);
  EXPECT_EQ(safe(), Index(3));
  script_->parts[3].safe = Index(8);
  EXPECT_EQ(safe(), Index(8));
}

TEST(AdaptiveSignature, FollowsFromThoseOfAllPartsInTheirOrder) {
  using Both = Adaptive<LogReplay<Shop>, DiffSync<Shop>>;
  using Reversed = Adaptive<DiffSync<Shop>, LogReplay<Shop>>;
  const DiffSync<Shop> diffs = Shop().state_sync();
  const UniqueId own = Both({}, diffs).signature();
  EXPECT_EQ(own, Both({}, diffs).wait(std::chrono::seconds{3}).signature());
  EXPECT_NE(own, Reversed(diffs, {}).signature());
  EXPECT_NE(own, Both(LogReplay<Shop>().chunk_bytes(2048), diffs).signature());
  EXPECT_NE(own, Both({}, diffs.portion_bytes(2048)).signature());
}

}  // namespace
}  // namespace tessera::tests
