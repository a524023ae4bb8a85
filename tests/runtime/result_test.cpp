#include "world.h"

/// Results above the group's `result_max`: the caller is told, and nothing else happens.
namespace tessera::tests {
namespace {

/// Answers each command with as many bytes as it asks for.
class Echo {
 public:
  struct Ask {
    std::uint64_t bytes = 0;
    template <class Archive>
    void serialize(Archive& archive) {
      archive(bytes);
    }
  };
  struct Count {
    template <class Archive>
    void serialize(Archive&) {}
  };
  using Command = Ask;
  using Result = std::string;
  using Query = Count;
  using QueryResult = std::uint64_t;
  using StateSync = LogReplay<Echo>;

  [[nodiscard]] UniqueId signature() const { return UniqueId::from("tests/echo"); }
  [[nodiscard]] StateSync state_sync() const { return {}; }
  Result apply(const Ask& ask, const ApplyContext&) {
    asked_ += ask.bytes;
    return std::string(ask.bytes, 'e');
  }
  [[nodiscard]] QueryResult query(const Count&) const { return asked_; }

 private:
  std::uint64_t asked_ = 0;
};

constexpr std::uint64_t result_max = 256;
/// The longest string whose encoding is not above it.
const std::uint64_t fits = 2 * result_max - encode(std::string(result_max, 'e')).size();

class Results : public testing::Test {
 protected:
  void join(const std::string& name) {
    GroupSettings settings = quick_settings();
    settings.result_max = result_max;
    groups_.insert_or_assign(
        name, world_[name].group(key_of("echo")).settings(settings).state_machine(Echo()).join());
  }
  void start_three() {
    world_.start("a");
    world_.start("b", world_.at("a"));
    world_.start("c", world_.at("a"));
    for (const char* name : {"a", "b", "c"}) join(name);
    for (const auto& [name, group] : groups_) take(group.when().online(use_future));
  }
  void ask(const std::string& name, std::uint64_t bytes) {
    asked_ += bytes;
    const auto answer = take(groups_.at(name).execute(Echo::Ask{bytes}, use_future));
    EXPECT_EQ(answer.result.size(), bytes);
  }
  void ask_too_much(const std::string& name, std::uint64_t bytes) {
    asked_ += bytes;
    EXPECT_EQ(error_of(groups_.at(name).execute(Echo::Ask{bytes}, use_future)),
              make_error_code(Errc::result_too_large));
  }
  /// Every command counts on every member, and nobody has stopped.
  void expect_unharmed() {
    for (const auto& [name, group] : groups_) {
      EXPECT_EQ(take(group.query(Echo::Count{}, Consistency::strong, use_future)).result, asked_);
      EXPECT_FALSE(group.status().problem) << group.status().problem->message();
    }
  }

  World world_;
  std::map<std::string, Group<Echo>> groups_;
  std::uint64_t asked_ = 0;
};

TEST_F(Results, UpToTheLimitReachTheCallerAndAboveItTheCallerIsTold) {
  start_three();
  for (const char* name : {"a", "b", "c"}) {  // the leader and both followers
    ask(name, fits);
    ask_too_much(name, fits + 1);
  }
  expect_unharmed();
  EXPECT_NE(world_.log().find("above the group's result_max of 256"), std::string::npos);
}

TEST_F(Results, TooLargeOnesAreReplayedLikeAnyOther) {
  start_three();
  ask_too_much("a", 100'000);
  // A follower, so that there is a leader all the time.
  const std::string back = groups_.at("b").status().role == Role::leader ? "c" : "b";
  groups_.erase(back);
  world_.stop(back);
  ask_too_much("a", 200'000);
  ask("a", 1);
  world_.start(back, world_.at("a"));
  join(back);
  take(groups_.at(back).when().online(use_future));
  ask_too_much(back, 300'000);
  expect_unharmed();
}

TEST_F(Results, FedCommandsDoNotCareForTheirSize) {
  start_three();
  asked_ = 5000;
  const Cursor position = take(groups_.at("b").feed(Echo::Ask{5000}, use_future));
  take(groups_.at("a").when().applied(position, use_future));
  expect_unharmed();
}

}  // namespace
}  // namespace tessera::tests
