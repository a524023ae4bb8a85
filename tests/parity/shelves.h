#pragma once

#include "../runtime/shelf.h"
#include "../runtime/world.h"

#include <set>

/// Members that join when the log no longer reaches back to its beginning.
namespace tessera::tests {

/// `Machine` is a `Shelf`, or one that is kept in the store.
template <class Machine>
class ShelvesOf {
 public:
  using StateSync = typename Machine::StateSync;
  using Member = Group<Machine>;

  /// The founders, "a" alone or "a", "b" and "c", re-send nothing: whoever lags opens a session.
  explicit ShelvesOf(StateSync sync, std::size_t founders = 1)
      : sync_(std::move(sync)), founders_(founders) {
    for (std::size_t founder = 0; founder < founders; ++founder) {
      join(std::string(1, static_cast<char>('a' + founder)));
    }
    for (const auto& [name, group] : groups_) take(group.when().online(use_future));
  }

  /// `store`: opens the member's store; empty: the usual one.
  const Member& join(const std::string& name, const storage::StoreFactory& store = {}) {
    const bool founds = started_++ < founders_;
    NetworkConfig config = world_.config(name, groups_.empty() ? Peers{} : world_.at("a"));
    if (store) config.store = store;
    world_.start(name, config);
    GroupSettings settings = quick_settings();
    settings.inline_catch_up = 0;
    auto group = world_[name]
                     .group(key_of("shelves"))
                     .genesis(founds ? Genesis::expect(founders_) : Genesis::join())
                     .settings(settings)
                     .state_machine([sync = sync_] { return Machine(sync); })
                     .join();
    return groups_.insert_or_assign(name, std::move(group)).first->second;
  }
  void leave_for_now(const std::string& name) {
    take(groups_.at(name).close(use_future));
    groups_.erase(name);
    world_.stop(name);
  }

  Cursor fill(const Shelf::Fill& fill, const std::string& through = "a") {
    return take(groups_.at(through).execute(fill, use_future)).position;
  }
  /// A member keeps nothing of its log but what its snapshot does not hold.
  void forget_the_log(const std::string& name = "a") {
    take(groups_.at(name).admin().snapshot(use_future));
    take(groups_.at(name).admin().prune(use_future));
  }
  /// All members hold a snapshot of one position, which is returned, so that all can serve it.
  Cursor snapshot_alike() {
    std::set<Cursor> positions;
    const auto alike = [&] {
      positions.clear();
      for (const auto& [name, group] : groups_) {
        take(group.when().applied(groups_.at("a").committed(), use_future));
        // Not while a snapshot that it has fetched is on its way to the machine.
        try {
          positions.insert(take(group.admin().snapshot(use_future)));
          take(group.admin().prune(use_future));
        } catch (const boost::system::system_error&) {
          return false;
        }
      }
      return positions.size() == 1;
    };
    EXPECT_TRUE(comes_true(alike)) << world_.log();
    return *positions.begin();
  }
  /// Waits until the session of `name` has fetched a tenth, and tells whether it has not yet all.
  bool is_in_the_middle(const std::string& name) { return fetches(name, 10); }
  /// The same for so many hundredths. False if it is done before it was seen there.
  bool fetches(const std::string& name, std::size_t hundredths) {
    std::optional<SyncStatus> seen;
    const Member& group = groups_.at(name);
    const auto so_far = [&] {
      const GroupStatus status = group.status();
      seen = status.sync;
      if (status.sync_totals.sessions_done != 0) return true;
      return seen && seen->progress.bytes_total != 0 &&
             seen->progress.bytes_done * 100 >= seen->progress.bytes_total * hundredths;
    };
    return comes_true(so_far) && seen && seen->progress.bytes_done < seen->progress.bytes_total;
  }

  /// Everybody holds the same; whoever joined has begun with a snapshot, not with the log.
  void expect_equal_at(const Cursor& position) {
    ASSERT_FALSE(groups_.empty());
    take(groups_.begin()->second.when().applied(position, use_future));
    const Shelf::Summary wanted = look(groups_.begin()->first);
    for (const auto& [name, group] : groups_) {
      ASSERT_FALSE(error_of(group.when().applied(position, use_future))) << name << world_.log();
      EXPECT_EQ(look(name), wanted) << name;
      EXPECT_GT(group.status().base.index, Index(0)) << name << " has the whole log";
    }
  }
  Shelf::Summary look(const std::string& name) {
    return take(groups_.at(name).query(Shelf::Look{}, Consistency::weak, use_future)).result;
  }
  /// The name of the member that says it leads.
  std::string leader() {
    std::string found;
    EXPECT_TRUE(comes_true([&] {
      for (const auto& [name, group] : groups_) {
        if (group.status().role == Role::leader) found = name;
      }
      return !found.empty();
    }));
    return found;
  }
  /// The member is gone, for good.
  void lose(const std::string& name) {
    groups_.erase(name);
    world_.stop(name);
  }
  const Member& operator[](const std::string& name) const { return groups_.at(name); }
  World& world() { return world_; }

 private:
  using Peers = std::vector<std::string>;

  StateSync sync_;
  std::size_t founders_;
  std::size_t started_ = 0;
  World world_;
  std::map<std::string, Member> groups_;
};

using Shelves = ShelvesOf<Shelf>;

}  // namespace tessera::tests
