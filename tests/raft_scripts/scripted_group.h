#pragma once

#include "configuration_edit.h"
#include "scripted_member.h"

/// The members of a script and the network between them. Single-threaded.
namespace tessera::raft_scripts {

/// How a command went.
struct Executed {
  enum class Outcome {
    done,
    unknown,  ///< no such command here
    apart,    ///< there is nothing like it here, and what follows depends on it
  };
  Outcome outcome = Outcome::done;
  std::string reason;
};

class ScriptedGroup {
 public:
  /// Carries out `command`; what it brings about is added to `facts`.
  Executed execute(const Command& command, Facts& facts);
  /// Proposes what a `propose-conf-change` with `input` asks for.
  Executed propose_change(const Command& command, std::string_view input);

  /// From now on `stabilize` lets heartbeats pass while a leader has members to catch up: who joins
  /// hears from its leader with the next heartbeat here, and at once there.
  void let_time_pass() { time_passes_ = true; }

  [[nodiscard]] const std::vector<std::unique_ptr<ScriptedMember>>& members() const {
    return members_;
  }
  /// The leader of the highest term; nothing if nobody leads.
  [[nodiscard]] const ScriptedMember* leader() const;
  /// The member that committed most, of those with the furthest log; there must be members.
  [[nodiscard]] const ScriptedMember& furthest() const;
  /// Lets the voter with the furthest log campaign and everybody do what follows from it.
  void elect();
  /// True if the script wants to see nothing.
  [[nodiscard]] bool is_quiet() const { return quiet_; }

 private:
  using Handler = Executed (ScriptedGroup::*)(const Command&, Facts&);
  static const std::map<std::string, Handler>& handlers();

  Executed add_nodes(const Command& command, Facts& facts);
  Executed campaign(const Command& command, Facts& facts);
  Executed compact(const Command& command, Facts& facts);
  Executed deliver(const Command& command, Facts& facts);
  Executed forget_leader(const Command& command, Facts& facts);
  Executed log_level(const Command& command, Facts& facts);
  Executed process_append(const Command& command, Facts& facts);
  Executed process_apply(const Command& command, Facts& facts);
  Executed process_ready(const Command& command, Facts& facts);
  Executed propose(const Command& command, Facts& facts);
  Executed raft_log(const Command& command, Facts& facts);
  Executed raft_state(const Command& command, Facts& facts);
  Executed report_unreachable(const Command& command, Facts& facts);
  Executed send_snapshot(const Command& command, Facts& facts);
  Executed set_election_timeout(const Command& command, Facts& facts);
  Executed stabilize(const Command& command, Facts& facts);
  Executed status(const Command& command, Facts& facts);
  Executed tick(const Command& command, Facts& facts);
  Executed transfer(const Command& command, Facts& facts);

  /// The member called `number`; nothing if there is none.
  ScriptedMember* find(int number);
  /// Those named in `command`; everybody if none is.
  std::vector<ScriptedMember*> named(const Command& command);
  /// Takes what is on its way to `to` out of the network.
  struct Delivery {
    int to = 0;
    std::optional<std::string> type;
    bool drop = false;
  };
  void deliver_to(const Delivery& delivery, Facts& facts);
  [[nodiscard]] bool has_messages_for(int number) const;
  using Chosen = std::vector<ScriptedMember*>;
  /// Lets each of `chosen` do what it has to do. False if there was nothing.
  bool run_once(const Chosen& chosen, Facts& facts);
  /// Proposes the changes that wait for the core to take them.
  void operate();

  std::vector<std::unique_ptr<ScriptedMember>> members_;
  std::vector<Travelling> network_;
  bool quiet_ = false;
  bool time_passes_ = false;
  /// A change that was asked for. The core takes none before the leader has committed an entry
  /// of its term, nor while another one is under way.
  struct WantedChange {
    int proposer = 0;
    std::vector<Change> changes;  ///< none: leave the joint configuration
  };
  bool propose(const WantedChange& wanted);

  std::deque<WantedChange> wanted_;
  bool stays_joint_ = false;     ///< until it is asked for
  bool queues_changes_ = false;  ///< one that is not possible yet is not refused
};

}  // namespace tessera::raft_scripts
