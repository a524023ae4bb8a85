#pragma once

#include <tessera/groups/core/exactly_once/session_table.h>
#include <tessera/groups/core/messages.h>
#include <tessera/groups/core/raft/raft.h>
#include <tessera/groups/machine_port.h>

#include <map>
#include <optional>
#include <vector>

/// The leader's side of forwarding: takes what other members' callers want appended.
///
/// It deals with each sending once: what it says of one (appended, or certainly not) stays true,
/// whatever copies of it arrive later. Of a client session it takes no command whose predecessor
/// it had no room for or never saw: in the log it would only stand behind a gap. Owned by
/// `GroupCore`.
namespace tessera::core {

class Intake {
 public:
  /// `sessions` is the table at the position that this member has applied.
  Intake(const MachinePort& machine, const SessionTable& sessions)
      : machine_(machine), sessions_(sessions) {}

  /// The answers to send back, one for all neighbours of which the same is to be said; nothing is
  /// said of a copy, or of what a later sending has overtaken.
  [[nodiscard]] std::vector<ForwardResponse> receive(TimePoint now, const ForwardRequest& request,
                                                     Raft& raft);

 private:
  /// One entry's sending.
  struct Sent {
    Term term;
    std::uint64_t run = 0;
    std::uint64_t attempt = 0;
  };
  [[nodiscard]] std::optional<ForwardResponse> take(TimePoint now, const Sent& sent,
                                                    const ForwardedEntry& entry, Raft& raft);

  [[nodiscard]] bool accepts(const ForwardedEntry& entry) const;

  [[nodiscard]] bool follows(const CommandOrigin& origin, Term term);

  const MachinePort& machine_;
  const SessionTable& sessions_;
  std::map<std::uint64_t, std::uint64_t> seen_;  ///< by run: the latest attempt
  std::map<SessionNumber, Sequence> next_;       ///< what may be appended in `term_`, at most
  Term term_;
};

}  // namespace tessera::core
