#pragma once

#include "../runtime/shelf.h"
#include "../runtime/world.h"

/// Members that join when the log no longer reaches back to its beginning.
namespace tessera::tests {

class Shelves {
 public:
  /// One member, "a", that re-sends nothing: whoever lags opens a session.
  explicit Shelves(Shelf::StateSync sync) : sync_(std::move(sync)) { join("a"); }

  const ShelfGroup& join(const std::string& name) {
    const bool founds = groups_.empty();
    world_.start(name, founds ? std::vector<std::string>{} : world_.at("a"));
    GroupSettings settings = quick_settings();
    settings.inline_catch_up = 0;
    auto group = world_[name]
                     .group(key_of("shelves"))
                     .genesis(founds ? Genesis::expect(1) : Genesis::join())
                     .settings(settings)
                     .state_machine(Shelf(sync_))
                     .join();
    return groups_.insert_or_assign(name, std::move(group)).first->second;
  }
  void leave_for_now(const std::string& name) {
    take(groups_.at(name).close(use_future));
    groups_.erase(name);
    world_.stop(name);
  }

  Cursor fill(const Shelf::Fill& fill) {
    return take(groups_.at("a").execute(fill, use_future)).position;
  }
  /// "a" keeps nothing of its log but what its snapshot does not hold.
  void forget_the_log() {
    take(groups_.at("a").admin().snapshot(use_future));
    take(groups_.at("a").admin().prune(use_future));
  }

  /// Everybody holds the same; whoever joined has begun with a snapshot, not with the log.
  void expect_equal_at(const Cursor& position) {
    const Shelf::Summary wanted = look("a");
    for (const auto& [name, group] : groups_) {
      ASSERT_FALSE(error_of(group.when().applied(position, use_future))) << name << world_.log();
      EXPECT_EQ(look(name), wanted) << name;
      EXPECT_GT(group.status().base.index, Index(0)) << name << " has the whole log";
    }
  }
  Shelf::Summary look(const std::string& name) {
    return take(groups_.at(name).query(Shelf::Look{}, Consistency::weak, use_future)).result;
  }
  const ShelfGroup& operator[](const std::string& name) const { return groups_.at(name); }
  World& world() { return world_; }

 private:
  Shelf::StateSync sync_;
  World world_;
  std::map<std::string, ShelfGroup> groups_;
};

}  // namespace tessera::tests
