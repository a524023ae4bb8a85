#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

/// What must have happened at least once over a corpus: a simulator that tests nothing must not
/// be green.
///
/// A value type; the marks of many runs are added up.
namespace tessera::sim {

enum class Mark : std::uint8_t {
  // Faults.
  crash,
  crash_of_all,
  restart,
  pause,
  clock_jump,
  clock_skew,
  slow_disk,
  disk_failure,
  disk_wiped,
  disk_put_back,
  old_copy_found_out,
  bit_rot,
  started_over,
  disk_nearly_full,
  disks_nearly_full,
  led_on_for_space,
  writes_lost,
  writes_kept,
  partition_symmetric,
  partition_one_way,
  partition_bridge,
  link_reset,
  leader_deafened,
  message_lost,
  message_duplicated,
  message_reordered,
  message_replayed,
  message_held,
  // What the members did.
  founded,
  founding_under_faults,
  genesis_joined,
  learner_added,
  voter_added,
  voter_replaced,
  voter_returned,
  voter_released,
  settings_changed,
  fell_asleep,
  woken,
  woken_by_a_call,
  woken_by_a_lost_bond,
  woken_by_silence,
  woken_by_a_beat,
  joint_entered,
  joint_left,
  admin_done,
  admin_refused,
  bond_refused,
  bonds_renewed,
  leader_elected,
  leader_changed,
  leader_deposed,
  entries_overwritten,
  entries_read_back,
  log_replaced,
  log_pruned,
  snapshot_stored,
  snapshot_loaded,
  state_diverged,
  state_rebuilt,
  append_refused,
  session_opened,
  session_finished,
  session_failed,
  client_session_opened,
  client_session_refused,
  client_session_closed,
  command_repeated,
  command_skipped,
  command_of_no_session,
  command_replaced,
  // What the callers saw.
  executed,
  fed,
  strong_read,
  weak_read,
  not_committed,
  unknown_outcome,
  offline,
  would_block,
  too_large,
  session_unknown,
  aborted,
  disk_full,
  // Messages, in the order of core::Message.
  vote_request,
  vote_response,
  append_request,
  append_response,
  heartbeat_request,
  heartbeat_response,
  sync_offer,
  sync_done,
  forward_request,
  forward_response,
  read_request,
  read_response,
  sync_message,
  founding_proposal,
  founding_promise,
  founding_abandonment,
  genesis_notice,
  timeout_now,
  admin_request,
  admin_response,
  removal_notice,
  memory_notice,
  count_of_marks,
};

[[nodiscard]] std::string_view name_of(Mark mark);

class Marks {
 public:
  void add(Mark mark) { ++counts_[static_cast<std::size_t>(mark)]; }
  void add(const Marks& other);
  [[nodiscard]] std::uint64_t count(Mark mark) const {
    return counts_[static_cast<std::size_t>(mark)];
  }

 private:
  std::array<std::uint64_t, static_cast<std::size_t>(Mark::count_of_marks)> counts_{};
};

/// Those that a corpus must have seen.
[[nodiscard]] const std::vector<Mark>& required_marks();

/// Those of `required_marks` that `marks` has not.
[[nodiscard]] std::vector<Mark> missing_marks(const Marks& marks);

}  // namespace tessera::sim
