#pragma once

#include <tessera/groups/core/founding/founding.h>
#include <tessera/primitives/random.h>

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

/// A small world of founding members and nothing else: stores that lose what was not synced, a
/// network that loses, repeats and reorders, partitions, crashes. Drawn from one seed.
///
/// It knows what really happened, and throws `Broken` when a rule of consensus.md, "Founding", is
/// broken.
namespace tessera::core {

class Broken : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

struct WorldPlan {
  std::size_t n = 3;           ///< founders of a set
  std::size_t with_right = 3;  ///< members that may found
  std::size_t joiners = 0;     ///< members that may not
  bool listed = false;         ///< the right is given to a list
  bool wipes = false;          ///< disks get lost, within the bound of 2n-1 stores
  bool faults = true;
  std::chrono::milliseconds genesis_wait{0};
  // How bad the faults are.
  std::uint64_t loss_percent = 20;
  std::uint64_t delay_ms = 20;        ///< of a message, at most
  std::uint64_t sync_ms = 50;         ///< of a write, at most
  std::uint64_t fault_gap_ms = 2000;  ///< between two faults, at most
};

class FoundingWorld {
 public:
  FoundingWorld(const WorldPlan& plan, std::uint64_t seed);
  ~FoundingWorld();

  /// Runs for a while with faults, then without, until everybody is in the group.
  /// False if that does not come about.
  bool run();

  /// What happened, in one number.
  [[nodiscard]] std::uint64_t trace() const { return trace_; }
  /// How often it happened, for tests that must not be empty.
  struct Marks {
    std::size_t crashes = 0;
    std::size_t abandoned = 0;
    std::size_t withdrawn = 0;
    std::size_t renewed = 0;
    std::size_t wiped = 0;
    std::size_t adopted = 0;
  };
  [[nodiscard]] const Marks& marks() const { return marks_; }
  [[nodiscard]] std::string describe() const;

 private:
  struct Member;
  using Pair = std::pair<std::size_t, std::size_t>;
  struct Link {
    bool cut = false;
    bool bonded = false;
    std::uint64_t epoch = 0;
  };

  void at(Duration delay, std::function<void()> what);
  void run_until(TimePoint end);
  void start(std::size_t who);
  void crash(std::size_t who);
  void wipe(std::size_t who);
  void inject_fault();
  void heal();
  void try_bonds();
  void bond(Pair pair);
  void unbond(Pair pair);
  void unbond_all(std::size_t who);
  void settle(std::size_t who);
  void record_durable(std::size_t who, std::uint64_t run);
  void transmit(std::size_t from, const FoundingSend& send);
  void deliver(std::size_t from, std::size_t to, const FoundingMessage& message);
  void observe(std::size_t from, const FoundingMessage& message);
  void commit_where_possible();
  void note(std::uint64_t what);
  [[nodiscard]] std::optional<std::size_t> index_of(const PeerId& peer) const;
  [[nodiscard]] Duration drawn_ms(std::uint64_t below);
  [[nodiscard]] bool all_joined() const;

  WorldPlan plan_;
  Random random_;
  TimePoint now_{};
  std::multimap<TimePoint, std::function<void()>> events_;
  std::vector<std::unique_ptr<Member>> members_;
  std::map<Pair, Link> links_;
  bool faulty_ = false;
  std::size_t stores_with_right_ = 0;
  std::uint64_t trace_ = 0;
  Marks marks_;

  // What really happened.
  std::map<GenesisId, Proposal> proposals_;
  std::map<GenesisId, std::set<MemberId>> acted_;
  std::map<GenesisId, std::set<MemberId>> abandoned_;
  std::map<MemberId, std::vector<GenesisId>> promised_;
  std::optional<GenesisId> committed_;
};

}  // namespace tessera::core
