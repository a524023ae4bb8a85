#pragma once

#include "../runtime/world.h"

/// Members that join late and fetch what the others have.
namespace tessera::tests {

class CatchUp {
 public:
  /// A group founded by one member whose leader re-sends nothing: whoever lags opens a session.
  explicit CatchUp(std::size_t chunk_bytes) : chunk_bytes_(chunk_bytes) { join("a"); }

  const JournalGroup& join(const std::string& name) {
    const bool founds = groups_.empty();
    world_.start(name, founds ? std::vector<std::string>{} : world_.at("a"));
    GroupSettings settings = quick_settings();
    settings.inline_catch_up = 0;
    auto group = world_[name]
                     .group(key_of("catch up"))
                     .genesis(founds ? Genesis::expect(1) : Genesis::join())
                     .settings(settings)
                     .state_machine(Journal("1", LogReplay<Journal>().chunk_bytes(chunk_bytes_)))
                     .join();
    const Watch watch = group.watch();
    if (!founds) world_.run(until_session(watch));
    return groups_.emplace(name, std::move(group)).first->second;
  }
  const JournalGroup& operator[](const std::string& name) const { return groups_.at(name); }
  World& world() { return world_; }

  void expect_equal_at(const Cursor& position) {
    const Journal::Summary wanted = summary(groups_.at("a"), Consistency::strong);
    for (const auto& [name, group] : groups_) {
      EXPECT_FALSE(error_of(group.when().applied(position, use_future))) << name;
      EXPECT_EQ(summary(group, Consistency::weak), wanted) << name;
    }
  }

 private:
  static boost::asio::awaitable<void> until_session(Watch watch) {
    Edge::Kind seen = Edge::Kind::started;
    while (seen != Edge::Kind::sync) {
      const Edge edge = co_await watch.next();
      seen = edge.kind;
    }
  }

  std::size_t chunk_bytes_;
  World world_;
  std::map<std::string, JournalGroup> groups_;
};

/// `count` entries before the second member joins; it writes as many again, for a third.
inline void catch_up_on(std::size_t count, std::size_t chunk_bytes) {
  CatchUp group(chunk_bytes);
  const Cursor first = write_lines(group["a"], 0, count);
  group.join("b");
  group.expect_equal_at(first);
  const Cursor second = write_lines(group["b"], count, count);
  group.expect_equal_at(second);
  group.join("c");
  group.expect_equal_at(second);
  EXPECT_EQ(summary(group["c"], Consistency::weak).count, 2 * count);
}

}  // namespace tessera::tests
