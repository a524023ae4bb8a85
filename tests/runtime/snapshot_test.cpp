#include "../../examples/whole_state.h"
#include "world.h"

#include <variant>

/// `admin().snapshot()` and `admin().prune()`: what a member does with its own store.
namespace tessera::tests {
namespace {

/// A machine that can be written and read back.
class Notebook {
 public:
  struct Note {
    std::string text;
    template <class Archive>
    void serialize(Archive& archive) {
      archive(text);
    }
  };
  struct Look {
    template <class Archive>
    void serialize(Archive&) {}
  };
  using Command = Note;
  using Result = std::monostate;
  using Query = Look;
  using QueryResult = std::string;
  using StateSync = WholeState<Notebook>;

  [[nodiscard]] UniqueId signature() const { return UniqueId::from("tests/notebook/1"); }
  [[nodiscard]] StateSync state_sync() const { return {}; }
  Result apply(const Note& note, const ApplyContext&) {
    text_ += note.text;
    return {};
  }
  [[nodiscard]] QueryResult query(const Look&) const { return text_; }
  [[nodiscard]] std::string save() const { return text_; }
  void load(const std::string& text) { text_ = text; }

 private:
  std::string text_;
};

class Snapshots : public testing::Test {
 protected:
  Group<Notebook> join(const std::string& name, const Genesis& genesis) {
    return world_[name]
        .group(key_of("the group"))
        .genesis(genesis)
        .settings(quick_settings())
        .state_machine(Notebook())
        .join();
  }
  static void write(const Group<Notebook>& group, const std::string& text) {
    take(group.execute(Notebook::Note{text}, use_future));
  }
  static std::string read(const Group<Notebook>& group) {
    return take(group.query(Notebook::Look{}, Consistency::strong, use_future)).result;
  }

  World world_;
};

TEST_F(Snapshots, ARestartBeginsFromASnapshotAndThePrunedLog) {
  world_.start("a");
  Cursor stored;
  {
    auto group = join("a", Genesis::expect(1));
    for (const char* text : {"one ", "two ", "three "}) write(group, text);
    stored = take(group.admin().snapshot(use_future));
    EXPECT_EQ(stored, group.status().applied);
    write(group, "four ");
    EXPECT_EQ(take(group.admin().prune(use_future)), stored);
    EXPECT_EQ(take(group.admin().prune(use_future)), stored);
    write(group, "five ");
    take(group.close(use_future));
  }
  world_.stop("a");
  world_.start("a");
  auto group = join("a", Genesis::join());
  EXPECT_EQ(read(group), "one two three four five ");
  EXPECT_EQ(group.status().base, stored);
}

TEST_F(Snapshots, AJoinerIsBroughtUpByMembersThatHavePruned) {
  world_.start("a");
  auto first = join("a", Genesis::expect(1));
  for (int line = 0; line < 100; ++line) write(first, "x");
  take(first.admin().snapshot(use_future));
  const Cursor base = take(first.admin().prune(use_future));
  EXPECT_GE(base.index, Index(100));
  world_.start("b", world_.at("a"));
  auto second = join("b", Genesis::join());
  take(second.when().online(use_future));
  write(second, "y");
  EXPECT_EQ(read(second), std::string(100, 'x') + "y");
}

TEST_F(Snapshots, WithoutASnapshotNothingIsPruned) {
  world_.start("a");
  auto group = join("a", Genesis::expect(1));
  write(group, "one");
  EXPECT_EQ(error_of(group.admin().prune(use_future)), make_error_code(Errc::not_allowed));
}

TEST_F(Snapshots, AStrategyWithoutSaveHasNoSnapshots) {
  world_.start("a");
  const JournalGroup group = world_.join("a", "the group", Genesis::expect(1));
  wait_online(group);
  EXPECT_EQ(error_of(group.admin().snapshot(use_future)), make_error_code(Errc::not_allowed));
}

}  // namespace
}  // namespace tessera::tests
