#pragma once

#include <tessera/groups/core/configuration.h>
#include <tessera/groups/settings.h>
#include <tessera/primitives/time.h>

#include <map>
#include <optional>
#include <string>

/// How a group looks after its members by itself: what the leader changes, and when.
///
/// Pure: the same view gives the same plan. One rule a file; a rule returns the configuration it
/// wants next, or nothing. The number of voters never falls but by the wish of one of them.
namespace tessera::core {

/// What the leader knows of one member, or of a bonded peer that is none yet.
struct MemberFacts {
  std::optional<TimePoint> bonded_since;  ///< absent: not bonded
  /// When it last answered this leader or, as far as that was told, its predecessor.
  std::optional<TimePoint> last_answer;
  /// Since when it has answered this leader with no gap of an election timeout.
  std::optional<TimePoint> answering_since;
  bool caught_up = false;
  Durability durability = Durability::fsync;
  bool observer = false;  ///< does not want to vote
  bool leaving = false;   ///< has asked to be removed: it is not added again
};

struct MembershipView {
  MemberId self;                              ///< the leader
  Durability durability = Durability::fsync;  ///< what the leader's own store gives
  Configuration present;
  GroupSettings settings;
  std::map<MemberId, MemberFacts> facts;  ///< of all but the leader
  LogTime log_time{0};                    ///< now

  [[nodiscard]] const MemberFacts* find(const MemberId& member) const;
  /// It has answered within an election timeout; the leader always has.
  [[nodiscard]] bool answers(const MemberId& member, TimePoint now) const;
  /// It could vote at once: a caught-up learner that answers, wants to, and gives enough.
  [[nodiscard]] bool is_standby(const MemberId& member, TimePoint now) const;
  /// True if a majority of these voters answers now.
  [[nodiscard]] bool majority_answers(const std::set<MemberId>& voters, TimePoint now) const;
};

struct MembershipPlan {
  Configuration next;
  std::string reason;  ///< for the log, as a sentence without a subject
};

/// The next change, if one is due at `now`.
[[nodiscard]] std::optional<MembershipPlan> plan_membership(const MembershipView& view,
                                                            TimePoint now);

/// When a change that only waits for time may be due; `plan_membership` finds out.
[[nodiscard]] std::optional<TimePoint> next_membership_due(const MembershipView& view,
                                                           TimePoint now);

/// After so many heartbeats a bonded peer becomes a learner.
inline constexpr int heartbeats_bonded = 10;
/// A voter that is silent for less than so many election timeouts is never replaced.
inline constexpr int timeouts_silent_min = 10;

[[nodiscard]] Duration replace_after(const GroupSettings& settings);

// The rules, in the order in which they are tried.

/// A disk that came back empty proves that the old one is gone: its successor takes its place.
[[nodiscard]] std::optional<MembershipPlan> return_wiped(const MembershipView& view, TimePoint now);
/// A voter that would rather observe gives its place to a standby, or up.
[[nodiscard]] std::optional<MembershipPlan> release_observer(const MembershipView& view,
                                                             TimePoint now);
/// A voter that has been silent for long is replaced by a standby that has answered for as long.
[[nodiscard]] std::optional<MembershipPlan> replace_silent(const MembershipView& view,
                                                           TimePoint now);
/// Standbys become voters two at once, or one where that makes the number odd.
[[nodiscard]] std::optional<MembershipPlan> grow(const MembershipView& view, TimePoint now);
/// Whoever has stayed bonded for a while is added as a learner; who is long silent is forgotten.
[[nodiscard]] std::optional<MembershipPlan> tend_learners(const MembershipView& view,
                                                          TimePoint now);

}  // namespace tessera::core
