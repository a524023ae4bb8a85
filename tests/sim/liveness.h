#pragma once

#include <tessera/primitives/time.h>

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

/// What a group owes its callers once nothing fails any more: a leader, fresh writes and strong
/// reads within ten election timeouts; then equal members, no session left, no call unanswered.
///
/// Throws `Broken` if it does not come about in time.
namespace tessera::sim {

class World;

class Liveness {
 public:
  explicit Liveness(World& world) : world_(world) {}
  void run();

 private:
  /// The longest election timeout, jitter included.
  [[nodiscard]] Duration timeout() const;
  void demand(std::string_view what, Duration within, const std::function<bool()>& condition);
  void demand_answers();
  [[nodiscard]] bool write_and_read();
  /// Who is asked at the `turn`th attempt. The group waits for no learner: one that is still
  /// catching up may lag for longer than an answer is owed, and is asked only if all do.
  [[nodiscard]] std::size_t who_answers(std::size_t turn) const;
  [[nodiscard]] bool one_leader() const;
  /// There may be fewer client sessions than callers want.
  [[nodiscard]] bool scarce_sessions() const;
  [[nodiscard]] bool converged() const;
  [[nodiscard]] std::string picture() const;
  void serve_every_node();
  /// A leader that can be done without: the others have a majority, and one of them may lead.
  [[nodiscard]] std::optional<std::size_t> expendable_leader() const;
  /// Heartbeats that everybody hears, of a leader that hears nobody, must not keep the group from
  /// electing another (thesis, 6.2).
  void survive_a_deaf_leader();

  World& world_;
  std::size_t write_ = 0;  ///< the newest attempt's place in the history, plus one; 0: none
  std::size_t read_ = 0;
  bool written_ = false;
  bool has_read_ = false;
};

}  // namespace tessera::sim
