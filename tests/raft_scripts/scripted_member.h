#pragma once

#include "facts.h"
#include <tessera/groups/core/outbox.h>
#include <tessera/groups/core/raft/raft.h>

#include <deque>
#include <set>

/// One member as scripts drive it: the real Raft core, a store in memory, and the moments at which
/// a script lets writes become durable and messages leave. Owned by `ScriptedGroup`.
namespace tessera::raft_scripts {

/// What `add-nodes` says of a member.
struct MemberOptions {
  int number = 0;
  core::Configuration configuration;
  Cursor base;  ///< what its log begins behind
  bool pre_vote = false;
  bool check_quorum = false;
  bool lease_reads = false;  ///< here only: its leader may not be forgotten
  bool async_storage = false;
  std::uint64_t in_flight_max = 1U << 30U;
  std::uint64_t election_ticks = 3;
  std::uint64_t heartbeat_ticks = 1;
  std::uint64_t committed_size_max = 1U << 30U;
};

/// A message between members, or from a member's own storage to itself.
struct Travelling {
  Journey journey;
  ScriptMessage shown;
  core::Message message;
  std::optional<core::Ticket> stored;             ///< only: the writes up to here are durable
  std::optional<core::Raft::Installed> snapshot;  ///< what a session would bring
};

class ScriptedMember {
 public:
  explicit ScriptedMember(const MemberOptions& options);

  [[nodiscard]] int number() const { return options_.number; }
  [[nodiscard]] const core::Raft& raft() const { return *raft_; }

  void campaign();
  /// Lets one tick of this member's own clock pass.
  void tick();
  void set_election_ticks(std::uint64_t ticks) { campaign_after_ = ticks; }
  [[nodiscard]] std::uint64_t election_ticks() const { return options_.election_ticks; }
  [[nodiscard]] std::uint64_t heartbeat_ticks() const { return options_.heartbeat_ticks; }
  /// False if the core does not take it.
  bool propose(std::string_view data);
  bool propose(const core::Configuration& next);
  /// Hands its leadership to `other`; false if the core cannot, or does not.
  bool transfer_to(int other);
  void receive(const Travelling& message);
  /// What was sent to `other` and not delivered is lost, and this member knows.
  void lose_bond_with(int other);
  /// It no longer relies on having heard from a leader.
  void forget_leader();
  /// Entries up to `index` are no longer kept.
  void compact(Index index);
  /// An offer as a leader makes it, without the leader knowing.
  [[nodiscard]] Travelling snapshot_for(int other) const;

  /// True if it leads somebody who does not hold everything.
  [[nodiscard]] bool has_members_to_catch_up() const;
  [[nodiscard]] bool has_ready() const;
  /// Writes what is to be written and sends what is to be sent; with asynchronous storage both
  /// wait for `process_append`.
  void process_ready(Facts& facts, std::vector<Travelling>& network);
  [[nodiscard]] bool has_append_work() const { return !append_work_.empty(); }
  void process_append(Facts& facts, std::vector<Travelling>& network);

  void show_log(Facts& facts) const;
  void show_progress(Facts& facts) const;
  void show_standing(Facts& facts) const;
  /// Whether `forget_leader` was called and no leader has been heard of since.
  [[nodiscard]] bool is_forgetful() const { return forgetful_; }

 private:
  /// What the core's answers mean to a script in which etcd/raft would have answered otherwise.
  enum class Answers { as_they_are, only_a_term, lost };
  /// Writes on their way to storage, and what is sent once they are there.
  struct AppendWork {
    std::vector<storage::GroupWrite> writes;
    core::Ticket ticket;
    std::vector<Travelling> responses;
  };

  [[nodiscard]] Answers answers_to(const core::Message& message) const;
  void take_effects(Answers answers);
  void queue(const core::Send& send, Answers answers);
  void answer_reads();
  void install(const core::Raft::Installed& installed);
  void store(const storage::GroupWrite& write);
  void note_what_changed(Facts& facts);
  void apply_committed(Facts& facts);
  void note_progress_of_time(const core::Message& message);
  [[nodiscard]] RoleFact role() const;
  [[nodiscard]] HardStateFact hard() const;
  [[nodiscard]] Index applicable() const;

  MemberOptions options_;
  core::Outbox outbox_{GroupId{}, "raft"};
  std::unique_ptr<core::Raft> raft_;
  TimePoint clock_{std::chrono::hours{1}};
  std::uint64_t elapsed_ = 0;         ///< ticks since the election timeout began
  std::uint64_t campaign_after_ = 0;  ///< ticks of silence; 0: as long as it may take at most
  bool led_ = false;
  bool campaigned_ = false;
  bool forgetful_ = false;
  std::set<int> offered_;  ///< members that were offered a session and have not answered an append

  std::vector<RawEntry> stored_;
  Index first_stored_;
  Index applied_;
  std::vector<storage::GroupWrite> writes_;
  core::Ticket last_ticket_;
  std::vector<Travelling> unsent_;
  std::deque<AppendWork> append_work_;
  RoleFact last_role_;
  HardStateFact last_hard_;
  std::uint64_t snapshots_ = 0;
};

}  // namespace tessera::raft_scripts
